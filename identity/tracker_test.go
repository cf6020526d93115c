package identity

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func kinds(list []Switch) []SwitchKind {
	var out []SwitchKind
	for _, s := range list {
		out = append(out, s.Kind)
	}
	return out
}

// chainUse is a token of sub that the actors use, the current one first.
func chainUse(service, sub string, actors ...string) Use {
	u := Use{
		Credential: Credential{Kind: "jwt", Issuer: "i", Subject: sub, Handle: sub + fmt.Sprint(actors), Assurance: Parsed},
		Target:     Target{Service: service},
		Delegation: Delegation{Owner: Principal{ID: sub, Issuer: "i", Assurance: Parsed}},
	}
	for _, a := range actors {
		u.Delegation.Actors = append(u.Delegation.Actors, Principal{Kind: Agent, ID: a, Issuer: "i", Assurance: Parsed})
	}
	return u
}

func TestTrackerIsQuiet(t *testing.T) {
	hour := func(n int) time.Time { return storyTime.Add(time.Duration(n) * time.Hour) }
	token := func(n int) step {
		return request(api, "Authorization", bearer(fmt.Sprintf(`{%s,"sub":"ada","client_id":"triage","aud":"https://api.shop.example","scope":"read write","jti":"%d","iat":%d,"exp":%d}`, idp, n, hour(n).Unix(), hour(n+1).Unix())))
	}
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"the same token again and again", []step{token(0), token(0), token(0)}},
		{"a token with fewer scopes", []step{
			request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","azp":"x","jti":"1","scope":"read write"}`)),
			request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","azp":"x","jti":"1","scope":"read"}`)),
		}},
		{"services with identities of their own", []step{
			token(0), request("api.github.com", "Authorization", "Bearer ghs_"+letters(36, 1), triage), request(aws, "Authorization", sigv4(awsKeyID)),
			takes("kube-context:kind"), takes("git-author:ada@shop.com"), takes("ssh-key:/home/ada/.ssh/id_ed25519"), token(0),
		}},
		{"the same profile, context and author", []step{
			takes("aws-profile:dev"), takes("aws-profile:dev"), takes("kube-context:kind"), takes("kube-context:kind"), takes("git-author:ada@shop.com"), takes("git-author:ada@shop.com"),
		}},
		{"a profile beside the keys of requests", []step{request(aws, "Authorization", sigv4(awsKeyID)), takes("aws-profile:dev"), request(aws, "Authorization", sigv4(awsKeyID))}},
		{"an audience that is no address", []step{request("graph.microsoft.com", "Authorization", bearer(`{"iss":"https://sts.windows.net/t/","oid":"o","idtyp":"app","aud":"00000003-0000-0000-c000-000000000000"}`))}},
		{"an audience under another name of the same vendor", []step{request("management.azure.com", "Authorization", bearer(`{"iss":"https://sts.windows.net/t/","oid":"o","idtyp":"app","aud":"https://management.core.windows.net/"}`))}},
		{"the cluster's inner name", []step{request("ABC.gr7.eu-west-1.eks.amazonaws.com", "Authorization", bearer(`{"iss":"https://kubernetes.default.svc","sub":"system:serviceaccount:ci:agent","aud":["https://kubernetes.default.svc"]}`))}},
		{"a program of one domain", []step{request("eu.api.shop.co.uk:8443", "Authorization", bearer(`{`+idp+`,"sub":"ada","client_id":"x","aud":"https://login.shop.co.uk/api"}`))}},
		{"the login of a server, and that of every forge", []step{takes("ssh-user:git"), takes("ssh-user:deploy"), takes("ssh-user:git"), takes("ssh-user:deploy")}},
		{"environment variables of two services", []step{env("GITHUB_TOKEN"), env("NPM_TOKEN"), env("GH_TOKEN"), env("GITHUB_TOKEN")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr := NewTracker(TrackerOptions{})
			for i, s := range tt.steps {
				got := tr.Observe(storyTime, s(t))
				if slices.ContainsFunc(got, func(s Switch) bool { return s.Kind != CredentialRotated }) {
					t.Errorf("step %d: %+v", i+1, got)
				}
			}
		})
	}
	t.Run("a day of rotation", func(t *testing.T) {
		tr := NewTracker(TrackerOptions{})
		for n := range 24 {
			got := tr.Observe(hour(n), token(n)(t))
			if n > 0 && !slices.Equal(kinds(got), []SwitchKind{CredentialRotated}) || n == 0 && got != nil {
				t.Fatalf("hour %d: %+v", n, got)
			}
			if got := tr.Observe(hour(n).Add(time.Minute), token(n)(t)); got != nil {
				t.Fatalf("hour %d, again: %+v", n, got)
			}
		}
	})
}

func env(name string) step {
	return func(t *testing.T) Use {
		t.Helper()
		u, ok := UseFromEffect("secret", "env:"+name)
		if !ok {
			t.Fatalf("%s is no use", name)
		}
		return u
	}
}

func TestTrackerReportsEachDeparture(t *testing.T) {
	var tr Tracker // the zero one works
	ada, bob := chainUse("s", "ada", "triage"), chainUse("s", "bob", "triage")
	if got := tr.Observe(storyTime, ada); got != nil {
		t.Fatalf("first use: %+v", got)
	}
	for i := range 3 {
		got := tr.Observe(storyTime, bob)
		want := []Switch{{Kind: SubjectChanged, From: "ada", To: "bob", Target: Target{Service: "s"}, Repeated: i > 0}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("use %d (-want +got):\n%s", i+1, diff)
		}
		if got := tr.Observe(storyTime, ada); got != nil {
			t.Errorf("back to the baseline: %+v", got)
		}
	}
	tr.Accept(bob)
	for _, u := range []Use{bob, ada, bob} {
		if got := tr.Observe(storyTime, u); got != nil {
			t.Errorf("accepted: %+v", got)
		}
	}
	if got := tr.Observe(storyTime, chainUse("s", "eve", "triage")); len(got) != 1 || got[0].Kind != SubjectChanged {
		t.Errorf("a third party: %+v", got)
	}
}

func TestTrackerDeclaredBaseline(t *testing.T) {
	declared := func(u ...Use) *Tracker { return NewTracker(TrackerOptions{Baseline: u}) }
	for _, tt := range []struct {
		name string
		tr   *Tracker
		use  Use
		want []SwitchKind
	}{
		{"as declared", declared(chainUse("s", "ada", "triage")), chainUse("s", "ada", "triage"), nil},
		{"departs from the first use on", declared(chainUse("s", "ada", "triage")), chainUse("s", "bob", "triage"), []SwitchKind{SubjectChanged}},
		{"one of several", declared(chainUse("s", "ada", "triage"), chainUse("s", "bob", "triage")), chainUse("s", "bob", "triage"), nil},
		{"for every service", declared(chainUse("", "ada", "triage")), chainUse("s", "ada", "evil"), []SwitchKind{ActorChanged}},
		{"what is left empty is learned", declared(Use{Target: Target{Service: "s"}, Delegation: Delegation{Actors: []Principal{{ID: "triage"}}}}), chainUse("s", "anybody", "triage"), nil},
		{"a declared actor without issuer is anybody's of that id", declared(Use{Delegation: Delegation{Actors: []Principal{{ID: "triage"}}}}), chainUse("s", "ada", "triage"), nil},
		{"expected audience", declared(Use{Target: Target{Service: "s"}, Credential: Credential{Audience: []string{"s"}}}), Use{Target: Target{Service: "s"}, Credential: Credential{Kind: "jwt", Handle: "1", Audience: []string{"t"}}}, []SwitchKind{AudienceMismatch}},
		{"a person's token is meant", declared(Use{Target: Target{Service: "github"}, Credential: Credential{Kind: "github-pat"}}), Use{Target: Target{Service: "github"}, Credential: Credential{Kind: "github-pat", Handle: "x"}}, nil},
		{"root is meant", declared(must(UseFromEffect("identity", "user:root"))), must(UseFromEffect("identity", "user:root")), nil},
		{"another user than the one that is meant", declared(must(UseFromEffect("identity", "user:deploy"))), must(UseFromEffect("identity", "user:root")), []SwitchKind{SubjectChanged}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.tr.Observe(storyTime, tt.use)
			if diff := cmp.Diff(tt.want, kinds(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%+v", diff, got)
			}
			again := tt.tr.Observe(storyTime, tt.use)
			if diff := cmp.Diff(tt.want, kinds(again)); diff != "" {
				t.Errorf("again (-want +got):\n%s", diff)
			}
		})
	}
}

func must(u Use, ok bool) Use {
	if !ok {
		panic("no use")
	}
	return u
}

func TestTrackerUnsure(t *testing.T) {
	t.Run("an owner by a name that a token cannot show", func(t *testing.T) {
		tr := NewTracker(TrackerOptions{Baseline: []Use{{Delegation: Delegation{Owner: Principal{ID: "ada", Assurance: Asserted}}}}})
		u := chainUse("s", "00u1")
		u.Credential.Subject = ""
		got := tr.Observe(storyTime, u)
		if len(got) != 1 || got[0].Kind != SubjectChanged || !got[0].Unsure {
			t.Errorf("%+v", got)
		}
	})
	t.Run("opaque credentials are counted", func(t *testing.T) {
		var tr Tracker
		tr.Observe(storyTime, Use{Credential: Credential{Kind: "bearer"}, Target: Target{Service: "s"}})
		if g := tr.Gaps(); g.Opaque != 1 {
			t.Errorf("%+v", g)
		}
	})
	t.Run("unreadable chains are counted", func(t *testing.T) {
		var tr Tracker
		u := chainUse("s", "ada")
		u.Delegation.Malformed = "act_not_object"
		tr.Observe(storyTime, u)
		if g := tr.Gaps(); g.Malformed != 1 {
			t.Errorf("%+v", g)
		}
	})
}

func TestTrackerChains(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before []Use
		use    Use
		want   []SwitchKind
	}{
		{"a new actor in front", []Use{chainUse("s", "ada", "a")}, chainUse("t", "ada", "b", "a"), nil},
		{"two new actors in front skip one", []Use{chainUse("s", "ada", "a")}, chainUse("t", "ada", "c", "b", "a"), []SwitchKind{DelegationSpliced}},
		{"a step of another chain", []Use{chainUse("s", "ada", "b", "a"), chainUse("t", "bob", "y", "x")}, chainUse("u", "bob", "y", "a"), []SwitchKind{DelegationSpliced}},
		{"both known, never neighbours", []Use{chainUse("s", "ada", "a"), chainUse("t", "ada", "b")}, chainUse("u", "ada", "b", "a"), []SwitchKind{DelegationSpliced}},
		{"the same chain towards another service", []Use{chainUse("s", "ada", "b", "a")}, chainUse("t", "ada", "b", "a"), nil},
		{"the first chain", nil, chainUse("t", "ada", "c", "b", "a"), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var tr Tracker
			for _, u := range tt.before {
				if got := tr.Observe(storyTime, u); got != nil {
					t.Fatalf("%+v", got)
				}
			}
			if diff := cmp.Diff(tt.want, kinds(tr.Observe(storyTime, tt.use))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("a chain that was cut off has no known owner beside it", func(t *testing.T) {
		var tr Tracker
		tr.Observe(storyTime, chainUse("s", "ada", "b", "a"))
		u := chainUse("t", "ada", "b", "a")
		u.Delegation.Truncated = 3
		if got := tr.Observe(storyTime, u); got != nil {
			t.Errorf("%+v", got)
		}
	})
}

func TestTrackerSkew(t *testing.T) {
	u := chainUse("s", "ada")
	u.Credential.ExpiresAt = storyTime
	var tr Tracker
	for _, tt := range []struct {
		now  time.Time
		want []SwitchKind
	}{
		{storyTime.Add(skew), nil},
		{storyTime.Add(skew + 1), []SwitchKind{Expired}},
		{time.Time{}, nil},
	} {
		if diff := cmp.Diff(tt.want, kinds(tr.Observe(tt.now, u))); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.now, diff)
		}
	}
}

func TestTrackerForgetsTheOldestAndSaysSo(t *testing.T) {
	tr := NewTracker(TrackerOptions{Baseline: []Use{chainUse("declared", "ada")}})
	for i := range 2 * maxBaselines {
		tr.Observe(storyTime, chainUse(fmt.Sprint("s", i), "ada"))
	}
	if g := tr.Gaps(); g.Evicted != maxBaselines+1 {
		t.Errorf("%+v", g)
	}
	if got := tr.Observe(storyTime, chainUse("declared", "bob")); len(got) == 0 {
		t.Error("the declared baseline was forgotten")
	}
	if got := tr.Observe(storyTime, chainUse(fmt.Sprint("s", 2*maxBaselines-1), "bob")); len(got) == 0 {
		t.Error("the latest baseline was forgotten")
	}
	if got := tr.Observe(storyTime, chainUse("s0", "bob")); len(got) != 0 {
		t.Errorf("a forgotten service is new again: %+v", got)
	}
}

// size returns how many bytes one of n things that make returns holds on to.
func size(n int, make func() any) int {
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	kept := append([]any(nil), slices.Repeat([]any{nil}, n)...)
	before := heap()
	for i := range kept {
		kept[i] = make()
	}
	after := heap()
	runtime.KeepAlive(kept)
	return (int(after) - int(before)) / n
}

func TestTrackerIsSmall(t *testing.T) {
	ordinary := size(1000, func() any {
		tr := NewTracker(TrackerOptions{})
		for _, s := range []string{"github", "aws", "mcp:jira"} {
			u := chainUse(s, "00u1a2b3c4d5e6f7g8h9", "triage")
			u.Credential.Scopes = []string{"read", "write"}
			u.Credential.Audience = []string{"https://api.shop.example"}
			tr.Observe(storyTime, u)
		}
		return tr
	})
	hostile := size(16, func() any {
		tr := NewTracker(TrackerOptions{})
		for i := range 2 * maxBaselines {
			long := fmt.Sprint(strings.Repeat("x", 300), i)
			u := chainUse(long, long, long, long)
			for j := range 2 * maxList {
				u.Credential.Scopes = append(u.Credential.Scopes, fmt.Sprint(long, j))
				u.Credential.Audience = append(u.Credential.Audience, fmt.Sprint(long, j))
			}
			tr.Observe(storyTime, u)
			u.Credential.Subject += "y"
			tr.Observe(storyTime, u)
		}
		return tr
	})
	t.Logf("an ordinary session: %d bytes; the most a hostile one can make it hold: %d bytes", ordinary, hostile)
	if ordinary > 4<<10 || hostile > 96<<10 {
		t.Errorf("an ordinary session holds %d bytes, a hostile one %d", ordinary, hostile)
	}
}

func TestTrackerUnchangedAllocatesNothing(t *testing.T) {
	for name, u := range map[string]Use{
		"token":   request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","act":{"sub":"coder"},"aud":"https://api.shop.example","scope":"read write","jti":"1","exp":1900000000}`))(t),
		"profile": takes("aws-profile:dev")(t),
	} {
		tr := NewTracker(TrackerOptions{Holders: NewHolders()})
		for i := range 10 {
			tr.Observe(storyTime, chainUse(fmt.Sprint("s", i), "ada"))
		}
		tr.Observe(storyTime, u)
		if n := testing.AllocsPerRun(100, func() {
			if tr.Observe(storyTime, u) != nil {
				t.Error("departs")
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func TestHoldersAcrossSessions(t *testing.T) {
	h := NewHolders()
	key := request(api, "X-Api-Key", letters(30, 1), triage)(t)
	one, two := NewTracker(TrackerOptions{Holders: h}), NewTracker(TrackerOptions{Holders: h})
	if got := one.Observe(storyTime, key); got != nil {
		t.Fatalf("%+v", got)
	}
	if got := two.Observe(storyTime, key); got != nil {
		t.Errorf("the same agent in another session: %+v", got)
	}
	key.Delegation.Actors = []Principal{coder}
	three := NewTracker(TrackerOptions{Holders: h})
	if got := three.Observe(storyTime, key); len(got) != 1 || got[0].Kind != SharedCredential || got[0].From != "triage" || got[0].To != "coder" {
		t.Errorf("another agent: %+v", got)
	}
	if got := NewTracker(TrackerOptions{}).Observe(storyTime, key); got != nil {
		t.Errorf("without Holders: %+v", got)
	}
}

func TestHoldersAreBounded(t *testing.T) {
	h := NewHolders()
	for i := range 10 * maxHolders {
		h.claim(strconv.Itoa(i), triage)
	}
	if n := len(h.now) + len(h.old); n > 2*maxHolders {
		t.Errorf("%d credentials", n)
	}
	if h.claim(strconv.Itoa(10*maxHolders-1), coder) == "" {
		t.Error("the latest was forgotten")
	}
	var none *Holders
	if none.claim("x", triage) != "" || new(Holders).claim("x", triage) != "" {
		t.Error("nil or zero Holders remember")
	}
}

func TestHoldersConcurrentSafe(t *testing.T) {
	h := NewHolders()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			tr := NewTracker(TrackerOptions{Holders: h})
			for j := range 200 {
				u := chainUse(fmt.Sprint("s", j%5), "ada", fmt.Sprint("agent", i%2))
				tr.Observe(storyTime, u)
			}
		})
	}
	wg.Wait()
}

func ExampleTracker() {
	t := NewTracker(TrackerOptions{})
	call := func(token string) {
		for _, c := range FromHeader(http.Header{"Authorization": {"Bearer " + token}}, InspectOptions{}) {
			d, _ := ParseDelegation([]byte(token))
			for _, s := range t.Observe(time.Now(), Use{Credential: c, Target: TargetFromHost("api.shop.example"), Delegation: d}) {
				fmt.Printf("%v: %s -> %s\n", s.Kind, s.From, s.To)
			}
		}
	}
	call(jwt(`{"iss":"https://idp.example.com","sub":"ada","jti":"1","act":{"sub":"coder"}}`))
	call(jwt(`{"iss":"https://idp.example.com","sub":"ada","jti":"2","act":{"sub":"coder"}}`))
	call(jwt(`{"iss":"https://idp.example.com","sub":"ceo","jti":"3","act":{"sub":"coder"}}`))
	// Output:
	// credential_rotated: jwt 1 -> jwt 2
	// subject_changed: ada -> ceo
}
