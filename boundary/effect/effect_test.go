package effect_test

import (
	"fmt"
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect"
)

func TestZeroEffectIsUnknown(t *testing.T) {
	var e effect.Effect
	if e.Kind != effect.AnyKind || e.Access != effect.NoAccess || e.Certainty != effect.Unknown {
		t.Errorf("the zero effect claims to know something: %+v", e)
	}
}

func TestNamesCoverTheEnumerations(t *testing.T) {
	for k := range effect.Data + 1 {
		if k.String() == "unknown" {
			t.Errorf("kind %d has no name", k)
		}
	}
	for a := effect.Read; a <= effect.Grant; a++ {
		if a.String() == "unknown" {
			t.Errorf("access %d has no name", a)
		}
	}
	if got := effect.Kind(200).String(); got != "unknown" {
		t.Errorf("Kind(200) = %q, want unknown", got)
	}
}

func TestResourceRoundTrip(t *testing.T) {
	f := func(k, v string) bool {
		if k == "" {
			return true
		}
		r := effect.ResourceID{Provider: "aws", Fields: map[string]string{k: v, "z": "%2C,="}}
		got, ok := effect.ParseResource(r.String())
		return ok && cmp.Equal(r, got)
	}
	if err := quick.Check(f, nil); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "aws", ":a=b", "aws:a", "aws:=b", "aws:a=b,"} {
		if _, ok := effect.ParseResource(bad); ok {
			t.Errorf("ParseResource(%q) succeeded", bad)
		}
	}
}

func ExampleStrongest() {
	call := []effect.Effect{
		{Kind: effect.Path, Access: effect.Read, Target: "/repo/go.mod", Certainty: effect.Exact},
		{Kind: effect.Host, Access: effect.Connect, Target: "proxy.example", Certainty: effect.Exact},
	}
	fmt.Println(effect.Strongest(call), effect.Certain(call))
	// Output: connect exact
}

func ExampleResourceID() {
	r := effect.ResourceID{Provider: "k8s", Fields: map[string]string{"namespace": "shop", "cluster": "prod"}}
	fmt.Println(r)
	// Output: k8s:cluster=prod,namespace=shop
}

func TestUntrusted(t *testing.T) {
	for _, tt := range []struct {
		e    effect.Effect
		want bool
	}{
		{effect.Effect{}, true},
		{effect.Effect{Kind: effect.URL, Direction: effect.In}, true},
		{effect.Effect{Kind: effect.URL, Direction: effect.Out}, true},
		{effect.Effect{Kind: effect.Host, Direction: effect.In}, true},
		{effect.Effect{Kind: effect.Host}, true},
		{effect.Effect{Kind: effect.Host, Direction: effect.Out}, false},
		{effect.Effect{Kind: effect.Path}, false},
		{effect.Effect{Kind: effect.Data, Direction: effect.In}, false},
	} {
		if got := tt.e.Untrusted(); got != tt.want {
			t.Errorf("%+v: Untrusted is %v", tt.e, got)
		}
	}
}
