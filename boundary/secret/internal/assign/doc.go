// Package assign finds secrets that are assigned to a name: password: "…", API_KEY=…,
// --token …, <secret>…</secret>.
//
// It is called at a keyword. The name around it is taken apart ([At]): only its last
// words count, so that a passwordField is none. Behind the name an operator and a value
// are looked for, as languages, configuration files, commands and people write them.
// Rules then say what is certainly a secret (a vendor's token) and what certainly is none
// (a reference, a placeholder, a type); about the rest a linear model decides.
//
// The model's features hold no strings: what the name means, how the value is quoted,
// its length, kinds of bytes, and how likely its letters follow each other in words. Both
// its weights and the table of letters are made by internal/train.
package assign
