package semconv_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
)

// TestEnumerationsAgree holds the registry against the packages whose values it
// names. They do not import this one, so only a test can.
func TestEnumerationsAgree(t *testing.T) {
	recorded := readLock(t)
	for _, tt := range []struct {
		key  string
		want []string // the package's values
		wire []string // values that only telemetry has
	}{
		{"ambit.owner.kind", names[identity.Kind](), nil},
		{"ambit.identity.kind", names[identity.Kind](), nil},
		{"ambit.owner.assurance", names[identity.Assurance]("unknown"), nil},
		{"ambit.identity.assurance", names[identity.Assurance]("unknown"), nil},
		{"ambit.approval.assurance", names[identity.Assurance]("unknown"), nil},
		{"ambit.identity.switch.kind", names[identity.SwitchKind]("none", "unknown", "credential_rotated"), nil},
		{"ambit.effect.access", names[effect.Access](), nil},
		{"ambit.effect.certainty", names[effect.Certainty](), nil},
		{"ambit.secret.place", names[secret.Place](), nil},
		{"ambit.crossing.kind", names[boundary.CrossingKind](), nil},
		{"ambit.decision.source", names[boundary.Source](), nil},
		{"ambit.decision.reason", constants(t, "../boundary/decision.go", "Reason"), []string{"not_evaluated"}},
		{"ambit.intent.label", constants(t, "../intent/intent.go", "Label"), []string{"unknown"}},
		{"ambit.signal.kind", constants(t, "../agentspan/signals.go", "SignalKind"), nil},
	} {
		t.Run(tt.key, func(t *testing.T) {
			sorted := cmpopts.SortSlices(strings.Compare)
			if diff := cmp.Diff(append(tt.want, tt.wire...), recorded[tt.key], sorted); diff != "" {
				t.Errorf("the registry and the package differ (-package +registry)\n%s", diff)
			}
		})
	}
}

// names returns what the values of T are called, in order, without those that
// are left off the wire. Values beyond the last have a name for "not known",
// which counts only once.
func names[T interface {
	~uint8
	fmt.Stringer
}](left ...string) []string {
	var all []string
	for v := range T(64) {
		if name := v.String(); !slices.Contains(all, name) && !slices.Contains(left, name) {
			all = append(all, name)
		}
	}
	return all
}

// constants returns the values of the string constants of a type in a file, the
// empty one left out.
func constants(t *testing.T, file, typ string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != typ {
			return true
		}
		for _, v := range spec.Values {
			if lit, ok := v.(*ast.BasicLit); ok {
				if s, err := strconv.Unquote(lit.Value); err == nil && s != "" {
					all = append(all, s)
				}
			}
		}
		return true
	})
	return all
}

// readLock returns the values of each enumeration, as the generator recorded them.
func readLock(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile("model/enums.lock")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string][]string)
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) == 3 && !strings.HasPrefix(line, "#") {
			all[f[0]] = append(all[f[0]], f[2])
		}
	}
	return all
}
