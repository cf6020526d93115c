package policy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// An Error is one thing that is wrong with a policy file, and where.
type Error struct {
	File    string // as it was named
	Line    int    // from 1; 0 for the file as a whole
	Column  int    // from 1, in bytes
	Field   string // "grants[2].paths[0]"; empty for the file as a whole
	Problem string
}

// Error returns "file:line:column: field: problem".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		b.WriteString(":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column))
	}
	b.WriteString(": ")
	if e.Field != "" {
		b.WriteString(e.Field + ": ")
	}
	b.WriteString(e.Problem)
	return b.String()
}

// Errors is everything that is wrong with a policy file, in the order of the
// text. Files with very many mistakes are not listed to the end.
type Errors []*Error

// Error returns one line for each error.
func (e Errors) Error() string {
	var b strings.Builder
	for i, one := range e {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(one.Error())
	}
	return b.String()
}

// Unwrap returns the errors one by one, for [errors.As].
func (e Errors) Unwrap() []error {
	list := make([]error, len(e))
	for i, one := range e {
		list[i] = one
	}
	return list
}

// maxErrors bounds how many mistakes of one file are listed.
const maxErrors = 100

func (e Errors) sorted() Errors {
	slices.SortStableFunc(e, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return e
}
