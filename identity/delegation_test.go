package identity

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func party(kind Kind, id, issuer string) Principal {
	return Principal{Kind: kind, ID: id, Issuer: issuer, Assurance: Parsed}
}

func TestDelegation(t *testing.T) {
	const as = "https://issuer.example.com"
	for _, tt := range []struct {
		name   string
		claims string
		want   Delegation
	}{
		{
			"RFC 8693 section 4.1: one actor",
			`{"aud":"https://consumer.example.com","iss":"https://issuer.example.com","exp":1443904177,"nbf":1443904077,"sub":"user@example.com","act":{"sub":"admin@example.com"}}`,
			Delegation{Owner: party(UnknownKind, "user@example.com", as), Actors: []Principal{party(UnknownKind, "admin@example.com", as)}},
		},
		{
			"RFC 8693 section 4.1: outermost first",
			`{"iss":"https://issuer.example.com","sub":"user@example.com","act":{"sub":"https://service16.example.com","act":{"sub":"https://service77.example.com"}}}`,
			Delegation{Owner: party(UnknownKind, "user@example.com", as), Actors: []Principal{
				party(UnknownKind, "https://service16.example.com", as), party(UnknownKind, "https://service77.example.com", as),
			}},
		},
		{
			"profiles name kinds, issuers stand apart, order in the object does not matter",
			`{"act":{"act":{"sub":"planner","sub_profile":"service ai_agent"},"sub":"coder","iss":"https://other.example.com","sub_profile":"ai_agent"},"sub_profile":"user","sub":"ada","iss":"https://issuer.example.com"}`,
			Delegation{Owner: party(Human, "ada", as), Actors: []Principal{
				party(Agent, "coder", "https://other.example.com"), party(Agent, "planner", as),
			}},
		},
		{
			"RFC 9068: the client acts where nobody else does",
			`{"iss":"https://issuer.example.com","sub":"ada","client_id":"triage","client_profile":"ai_agent"}`,
			Delegation{Owner: party(UnknownKind, "ada", as), Actors: []Principal{party(Agent, "triage", as)}},
		},
		{
			"azp where there is no client_id",
			`{"iss":"https://issuer.example.com","sub":"ada","azp":"triage","amr":["pwd"]}`,
			Delegation{Owner: party(Human, "ada", as), Actors: []Principal{party(Service, "triage", as)}},
		},
		{
			"a client on its own behalf has no actor",
			`{"iss":"https://issuer.example.com","sub":"triage","client_id":"triage"}`,
			Delegation{Owner: party(Service, "triage", as)},
		},
		{
			"act null says what absence says",
			`{"iss":"https://issuer.example.com","sub":"ada","client_id":"triage","act":null}`,
			Delegation{Owner: party(UnknownKind, "ada", as), Actors: []Principal{party(Service, "triage", as)}},
		},
		{
			"Kubernetes service account",
			`{"iss":"https://k8s.example.com","sub":"system:serviceaccount:ci:agent"}`,
			Delegation{Owner: party(Workload, "system:serviceaccount:ci:agent", "https://k8s.example.com")},
		},
		{
			"an unreadable act is recorded, and the client is not put in its place",
			`{"iss":"https://issuer.example.com","sub":"ada","client_id":"triage","act":"admin"}`,
			Delegation{Owner: party(UnknownKind, "ada", as), Malformed: "act_not_object"},
		},
		{
			"a nested one keeps what stands outside",
			`{"iss":"https://issuer.example.com","sub":"ada","act":{"sub":"a","act":[{"sub":"b"}]}}`,
			Delegation{Owner: party(UnknownKind, "ada", as), Actors: []Principal{party(UnknownKind, "a", as)}, Malformed: "nested_act_not_object"},
		},
		{
			"sub that is no string",
			`{"iss":"https://issuer.example.com","sub":42,"act":{"sub":{"x":1},"iss":["y"]}}`,
			Delegation{Owner: Principal{Issuer: as, Assurance: Parsed}, Actors: []Principal{{Assurance: Parsed}}, Malformed: "sub_not_string"},
		},
		{
			"duplicate sub is nobody",
			`{"iss":"https://issuer.example.com","sub":"ada","sub":"root"}`,
			Delegation{Owner: Principal{Issuer: as, Assurance: Parsed}, Malformed: "duplicate_claim"},
		},
		{
			"duplicate sub in another spelling",
			`{"iss":"https://issuer.example.com","sub":"ada","\u0073ub":"root"}`,
			Delegation{Owner: Principal{Issuer: as, Assurance: Parsed}, Malformed: "duplicate_claim"},
		},
		{
			"duplicate act: neither counts",
			`{"iss":"https://issuer.example.com","sub":"ada","act":{"sub":"a"},"act":{"sub":"b"}}`,
			Delegation{Owner: party(UnknownKind, "ada", as), Malformed: "duplicate_claim"},
		},
		{
			"duplicate inner act: the current actor stays",
			`{"iss":"https://issuer.example.com","sub":"ada","act":{"sub":"a","act":{"sub":"b"},"act":{"sub":"c"}}}`,
			Delegation{Owner: party(UnknownKind, "ada", as), Actors: []Principal{party(UnknownKind, "a", as)}, Malformed: "duplicate_claim"},
		},
		{
			"duplicate sub of an actor",
			`{"iss":"https://issuer.example.com","sub":"ada","act":{"sub":"a","sub":"b"}}`,
			Delegation{Owner: party(UnknownKind, "ada", as), Actors: []Principal{{Assurance: Parsed}}, Malformed: "duplicate_claim"},
		},
		{
			"names are made safe to show",
			`{"iss":"https://issuer.example.com","sub":"ada\r\nX-Admin: yes\u202e"}`,
			Delegation{Owner: party(UnknownKind, "ada\uFFFD\uFFFDX-Admin: yes\uFFFD", as)},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseDelegation([]byte("Bearer " + jwt(tt.claims)))
			if !ok {
				t.Fatal("not read")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("from a token (-want +got):\n%s", diff)
			}
			if strings.Contains(tt.name, "duplicate") {
				return // a map has none
			}
			var m map[string]any
			if err := json.Unmarshal([]byte(tt.claims), &m); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, DelegationFromClaims(m, Parsed)); diff != "" {
				t.Errorf("from claims (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDelegationDepth(t *testing.T) {
	chain := func(n int) string {
		return `{"sub":"ada"` + strings.Repeat(`,"act":{"sub":"x"`, n) + strings.Repeat("}", n) + "}"
	}
	for _, tt := range []struct {
		name      string
		n         int
		truncated int
		malformed string
	}{
		{"at the cap", 16, 0, ""},
		{"one beyond", 17, 1, ""},
		{"far beyond", 100, 84, ""},
		{"deeper than is followed", 300, 111, "too_deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, ok := ParseDelegation([]byte(jwt(chain(tt.n))))
			if !ok || len(d.Actors) != 16 || d.Truncated != tt.truncated || d.Malformed != tt.malformed {
				t.Errorf("read %v: %d actors, %d cut off, malformed %q", ok, len(d.Actors), d.Truncated, d.Malformed)
			}
			var m map[string]any
			if err := json.Unmarshal([]byte(chain(tt.n)), &m); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(d, DelegationFromClaims(m, Parsed)); diff != "" {
				t.Errorf("token and claims differ (-token +claims):\n%s", diff)
			}
		})
	}
}

func TestDelegationFromClaimsOfOtherTypes(t *testing.T) {
	type mapClaims map[string]any
	type subject string
	loop := map[string]any{"sub": "x"}
	loop["act"] = loop
	for _, tt := range []struct {
		name   string
		claims map[string]any
		want   Delegation
	}{
		{
			"named types",
			map[string]any{"sub": subject("ada"), "iss": "i", "act": mapClaims{"sub": "a", "act": map[string]string{"sub": "b"}}},
			Delegation{Owner: party(UnknownKind, "ada", "i"), Actors: []Principal{party(UnknownKind, "a", "i"), party(UnknownKind, "b", "i")}},
		},
		{"nil", nil, Delegation{}},
		{"nil act of a named type", map[string]any{"sub": "ada", "act": mapClaims(nil)}, Delegation{Owner: party(UnknownKind, "ada", "")}},
		{
			"numbers and what JSON has not",
			map[string]any{"sub": json.Number("7"), "exp": math.NaN(), "act": make(chan int)},
			Delegation{Malformed: "act_not_object"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, DelegationFromClaims(tt.claims, Parsed)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("a map that holds itself ends", func(t *testing.T) {
		if d := DelegationFromClaims(loop, Verified); len(d.Actors) != 16 || d.Malformed != "too_deep" || d.Actors[0].Assurance != Verified {
			t.Errorf("%d actors, malformed %q", len(d.Actors), d.Malformed)
		}
	})
}

func TestParseDelegationOfOthers(t *testing.T) {
	for _, s := range []string{"", "x", githubPAT, "ey.ey.", jwt(`{"sub":`), jwt(`[]`), jwt(`{} {}`), strings.Repeat("e", 17<<10)} {
		if d, ok := ParseDelegation([]byte(s)); ok {
			t.Errorf("%.20q: %v", s, d)
		}
	}
}

func ExampleParseDelegation() {
	token := jwt(`{"iss":"https://idp.example.com","sub":"ada","act":{"sub":"coder","act":{"sub":"planner"}}}`)
	d, _ := ParseDelegation([]byte(token))
	fmt.Println("for:", d.Owner.ID, "by:", d.Actor().ID, "depth:", d.Depth(), "assurance:", d.Actor().Assurance)
	// Output: for: ada by: coder depth: 2 assurance: parsed
}
