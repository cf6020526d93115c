package semconv_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// repository scans the checkout. A released module holds no other modules, so
// there it could not see who uses what.
func repository(t *testing.T) usage {
	t.Helper()
	if _, err := os.Stat("../internal/tools/go.mod"); err != nil {
		t.Skip("needs the whole repository, with the modules beside this one")
	}
	u, err := scan(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestEveryNameIsEmitted: a name that nothing writes any more is taken out of
// the registry, or marked as deprecated, in the change that stops writing it.
func TestEveryNameIsEmitted(t *testing.T) {
	u := repository(t)
	all := ourNames(t, os.DirFS("."))
	var unused []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !slices.ContainsFunc(all[name], func(goName string) bool { return u.emitted[goName] }) {
			unused = append(unused, name)
		}
	}
	if len(unused) > 0 {
		t.Errorf("%d of %d declared names are not emitted by anything:\n%s", len(unused), len(all), strings.Join(unused, "\n"))
	}
}

// unseen are names that no backend gets to see, and so are none of the registry's.
var unseen = []string{
	"ambit.route", // a mark on a resource between two Collectors, which the second takes off
}

// TestNamesAreNotWrittenOut: a name in quotes is one the registry may not know.
func TestNamesAreNotWrittenOut(t *testing.T) {
	literals := slices.DeleteFunc(repository(t).literals, func(l string) bool {
		return slices.ContainsFunc(unseen, func(name string) bool { return strings.HasSuffix(l, ": "+name) })
	})
	if len(literals) > 0 {
		t.Errorf("names of ours in quotes; use the constants of package semconv:\n%s", strings.Join(literals, "\n"))
	}
}
