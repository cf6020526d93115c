package identity

// owner.go finds out whose session it is, where nobody signed in: from the
// operating system, from git, from the environment. All of them are Asserted: the
// machine says so, and whoever controls the machine can make it say otherwise.

import (
	"os"
	"os/user"
	"strconv"
	"strings"
)

// OwnerFromOS returns the account the process runs under, with issuer "os". Under
// sudo it is the account that called sudo. System accounts (root, and those below
// the ids people get) are of kind [Service], since no person stands behind them.
// It returns the zero Principal if the account cannot be told.
func OwnerFromOS() Principal {
	u, err := user.Current()
	if err != nil || u.Username == "" {
		return Principal{}
	}
	if u.Uid == "0" {
		if caller := os.Getenv("SUDO_USER"); caller != "" && caller != "root" {
			if called, err := user.Lookup(caller); err == nil {
				u = called
			}
		}
	}
	p := Principal{Kind: Human, ID: clean(u.Username), Issuer: "os", Assurance: Asserted}
	// People's ids begin at 1000 on Linux and at 501 on macOS; Windows has no numbers.
	if id, err := strconv.Atoi(u.Uid); err == nil && (id < 500 || id == 65534) {
		p.Kind = Service
	}
	return p
}

// OwnerFromEnv returns the person an environment variable names, with issuer
// "env": what a launcher or a CI system sets ("GITHUB_ACTOR"). It returns the zero
// Principal if the variable is empty, or holds by mistake what is no name: an
// address, a credential, 16 letters and digits in one piece.
func OwnerFromEnv(name string) Principal {
	v := strings.TrimSpace(os.Getenv(name))
	if v == "" || len(v) > maxName || opaque([]byte(v)) || strings.ContainsAny(v, ":/=;{") {
		return Principal{}
	}
	for word := range strings.FieldsSeq(v) {
		if _, ok := Inspect([]byte(word), InspectOptions{}); ok {
			return Principal{}
		}
	}
	return Principal{Kind: Human, ID: clean(v), Issuer: "env", Assurance: Asserted}
}

// OwnerFromGit returns whom git in dir would name as the author of a commit, with
// issuer "git": user.email, else user.name, from the repository's configuration,
// else the user's ($HOME/.gitconfig, then $XDG_CONFIG_HOME/git/config). An address
// is the only id git has; hash it ([Hash]) where it must not be shown.
//
// It reads the files itself and runs nothing. [include] and [includeIf] sections
// are passed over, as are files over 256 KiB. An agent can write to the repository's
// configuration: ask when the session starts, not later. It returns the zero
// Principal if no file names anybody.
func OwnerFromGit(dir string) Principal {
	for _, file := range gitConfigs(dir) {
		if id := gitUser(file); id != "" {
			return Principal{Kind: Human, ID: clean(id), Issuer: "git", Assurance: Asserted}
		}
	}
	return Principal{}
}
