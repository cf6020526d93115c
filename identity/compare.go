package identity

// compare.go holds the comparison of one use with one baseline: what each kind of
// switch is.

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// departures collects how a use departs from a baseline.
type departures struct {
	now   time.Time
	use   *Use
	t     *Tracker
	found []Switch
}

func (d *departures) add(kind SwitchKind, from, to string, unsure bool) {
	d.found = append(d.found, Switch{Kind: kind, From: from, To: label(to), Target: d.use.Target, Unsure: unsure})
}

// crossed reports whether something other than a rotation was found.
func (d *departures) crossed() bool {
	return slices.ContainsFunc(d.found, func(s Switch) bool { return s.Kind != CredentialRotated })
}

func (d *departures) has(kind SwitchKind) bool {
	return slices.ContainsFunc(d.found, func(s Switch) bool { return s.Kind == kind })
}

// compare finds the departures that need a baseline.
func (d *departures) compare(b *baseline) {
	u := d.use
	changed := d.parties(b)
	if !changed {
		d.credential(b)
	}
	if from, to, ok := d.differ(b.account, u.Target.Account); ok {
		d.add(TenantChanged, from, to, false)
	} else if from, to, ok := d.differ(b.tenant, u.Credential.Account); ok {
		d.add(TenantChanged, from, to, false)
	}
	if s := d.raised(b); s != "" {
		d.add(ScopeRaised, "", s, false)
	}
	d.lowered(b)
	if b.shortLived && lifetime(d.now, &u.Credential) == long {
		d.add(LongLivedUsed, b.credential, credentialLabel(&u.Credential), false)
	}
	if a := u.Credential.Audience; len(b.audience) > 0 && len(a) > 0 && !d.meets(b.audience) {
		// What a service is first seen to take it may not be the only thing it takes.
		d.add(AudienceMismatch, b.audienceLabel, a[0], !b.declared)
	}
}

// differ reports whether a known name became another known one.
func (d *departures) differ(was mark, now string) (from, to string, ok bool) {
	if was.id == 0 || now == "" || was.id == d.t.hash(now) {
		return "", "", false
	}
	return was.label, now, true
}

// another reports whether p is another party than the one that was, and whether
// that is unsure: where one of them has no issuer only the ids can be compared,
// and equal ids count as one party.
func (d *departures) another(was mark, id, issuer string) (different, unsure bool) {
	if was.id == 0 || id == "" {
		return false, false
	}
	i := d.t.hash(issuer)
	known := was.issuer != 0 && i != 0
	if was.id != d.t.hash(id) {
		return true, (was.issuer == 0) != (i == 0)
	}
	return known && was.issuer != i, false
}

// parties compares for whom and by whom, and reports whether another party is
// acted for.
func (d *departures) parties(b *baseline) bool {
	u := d.use
	del, c := &u.Delegation, &u.Credential
	changed := false
	if other, unsure := d.another(b.owner, del.Owner.ID, del.Owner.Issuer); other {
		d.add(SubjectChanged, b.owner.label, del.Owner.ID, unsure)
		changed = true
	} else if other, unsure := d.another(b.subject, c.Subject, c.Issuer); other {
		d.add(SubjectChanged, b.subject.label, c.Subject, unsure)
		changed = true
	}
	unread := del.Malformed != ""
	depth := del.Depth()
	if depth > 0 && len(del.Actors) > 0 {
		now := del.Actors[0]
		was := b.actor
		if was.id == 0 && b.depth == 0 {
			was = b.owner // the owner acted
		}
		if other, unsure := d.another(was, now.ID, now.Issuer); other {
			d.add(ActorChanged, was.label, now.ID, unsure || unread)
		}
	}
	switch {
	case b.owner.id != 0 && del.Owner.ID == "":
		d.add(DelegationDropped, b.owner.label, "", unread)
	case depth < b.depth:
		d.add(DelegationDropped, actors(b.depth), actors(depth), unread)
	}
	return changed
}

func actors(n int) string {
	if n == 1 {
		return "1 actor"
	}
	return strconv.Itoa(n) + " actors"
}

// credential compares the credential of a party that stays the same.
func (d *departures) credential(b *baseline) {
	c := &d.use.Credential
	if b.kind == "" || c.Kind == "" {
		return
	}
	to := credentialLabel(c)
	if b.kind != c.Kind {
		d.add(CredentialChanged, b.credential, to, false)
		return
	}
	if d.t.sameCredential(b, c) {
		return
	}
	issuer := d.t.hash(c.Issuer)
	switch {
	case b.issuer != 0 && issuer != 0 && b.issuer != issuer:
		d.add(CredentialChanged, b.credential, to, false)
	case b.subject.id != 0 && c.Subject != "": // the same, or parties would have said so
		d.add(CredentialRotated, b.credential, to, false)
	case b.tenant.id != 0 && c.Account != "" && b.tenant.id != d.t.hash(c.Account):
		d.add(CredentialChanged, b.credential, to, false)
	case lifetime(d.now, c) == short:
		// Such a credential lives for an hour and is replaced without anybody's doing.
		d.add(CredentialRotated, b.credential, to, true)
	default:
		d.add(CredentialChanged, b.credential, to, true)
	}
}

// sameCredential reports whether c may be the credential b knows: nothing that
// both show differs, or one of the two says nothing.
func (t *Tracker) sameCredential(b *baseline, c *Credential) bool {
	f, h := t.hash(c.Fingerprint), t.hash(handleOf(c))
	if f != 0 && b.fingerprint != 0 {
		return f == b.fingerprint
	}
	return h == 0 || b.handle == 0 || h == b.handle
}

// raised returns the first scope that was not there before.
func (d *departures) raised(b *baseline) string {
	if b.scopes == nil {
		return ""
	}
	for _, s := range d.use.Credential.Scopes[:min(len(d.use.Credential.Scopes), maxList)] {
		if !slices.Contains(b.scopes, d.t.hash(s)) {
			return s
		}
	}
	return ""
}

// lowered finds an assurance, or the binding to a key, that is less than before.
func (d *departures) lowered(b *baseline) {
	u := d.use
	now := [3]Assurance{u.Credential.Assurance, u.Delegation.Owner.Assurance}
	if len(u.Delegation.Actors) > 0 {
		now[2] = u.Delegation.Actors[0].Assurance
	}
	for i, a := range now {
		if a != NoAssurance && a < b.assurance[i] {
			d.add(AssuranceLowered, b.assurance[i].String(), a.String(), false)
			return
		}
	}
	if b.binding > Bearer && u.Credential.Binding == Bearer {
		d.add(AssuranceLowered, b.binding.String(), Bearer.String(), false)
	}
}

func (d *departures) meets(audience []uint64) bool {
	for _, a := range d.use.Credential.Audience {
		if slices.Contains(audience, d.t.hash(a)) {
			return true
		}
	}
	return false
}

// properties finds what is wrong with a use whatever went before. A declared
// baseline of the same kind of credential says that a person's is meant, or that
// another identity is taken on.
func (d *departures) properties(b *baseline) {
	u := d.use
	if inherent(u.Credential.Kind) && !b.declared && !d.has(SubjectChanged) {
		// The process had an identity before, whatever its name.
		d.add(SubjectChanged, "", u.Credential.Subject, u.Credential.Subject == "")
	}
	d.shared()
	if personal(u) && !(b.declared && b.kind == u.Credential.Kind) {
		d.add(HumanCredentialUsed, "", credentialLabel(&u.Credential), false)
	}
	if expired(d.now, u) {
		d.add(Expired, u.Credential.ExpiresAt.UTC().Format(time.RFC3339), credentialLabel(&u.Credential), false)
	}
	if len(b.audience) == 0 {
		if from, sure, ok := d.passedThrough(b); ok {
			d.add(AudienceMismatch, from, u.Credential.Audience[0], !sure)
		}
	}
	slices.SortStableFunc(d.found, func(x, y Switch) int { return int(x.Kind) - int(y.Kind) })
}

func expired(now time.Time, u *Use) bool {
	end := u.Credential.ExpiresAt
	return !now.IsZero() && !end.IsZero() && now.After(end.Add(skew))
}

// personal reports whether an agent holds the credential of a person: one of a
// kind that is given to people, or a person's token that names no client.
func personal(u *Use) bool {
	d := &u.Delegation
	if len(d.Actors) > 0 && d.Actors[0].Kind == Human {
		return false // a person acts
	}
	c := &u.Credential
	if k := string(c.Kind); strings.HasSuffix(k, "-pat") || people[c.Kind] {
		return true
	}
	return len(d.Actors) == 0 && d.Truncated == 0 && d.Malformed == "" && d.Owner.Kind == Human &&
		(c.Kind == "jwt" || c.Kind == "oauth-access-token" || c.Kind == "azure-access-token" || c.Kind == "gcp-identity-token") && d.Owner.Assurance >= Parsed
}

// people lists the kinds of credentials that are given to people, beside those
// whose name ends in "-pat".
var people = map[CredentialKind]bool{
	"github-oauth": true, "slack-user-token": true, "slack-session-token": true, "slack-session-cookie": true, "slack-legacy-token": true,
	sessionCookie: true, "gcp-user-credentials": true, "posthog-personal-api-key": true, "sentry-user-token": true, "newrelic-user-key": true,
}

// A span is how long a credential is good for.
type span uint8

const (
	unknownSpan span = iota
	short            // a day at most
	medium
	long // more than 90 days, or no end
)

// lifetime returns how long a credential is good for, from its dates or its kind.
func lifetime(now time.Time, c *Credential) span {
	if !c.ExpiresAt.IsZero() {
		from := c.IssuedAt
		if from.IsZero() {
			from = now
		}
		switch life := c.ExpiresAt.Sub(from); {
		case from.IsZero():
			return unknownSpan
		case life <= 24*time.Hour:
			return short
		case life > 90*24*time.Hour:
			return long
		}
		return medium
	}
	switch c.Kind {
	case "", "bearer", "api-key", sessionCookie, "negotiate", "ntlm", "digest", "jwe":
		return unknownSpan
	case awsTemporaryKey, "aws-role-session", "aws-bedrock-temporary-api-key", "github-app-installation", "github-app-user",
		"github-actions-token", "google-oauth-access-token", "gitlab-cicd-job-token", "vault-batch-token":
		return short
	}
	if c.Assurance == Asserted { // a name that a command gave
		return unknownSpan
	}
	return long
}

// chain finds neighbours in the chain of actors that were never neighbours in a
// chain of this session. RFC 8693 nests actors without protecting each step, so
// that a chain can be put together from pieces of others.
//
// A new actor in front of a known chain is a delegation like any other, and told
// of by [ActorChanged]; a chain of strangers is another chain. Where current actor
// and delegator are both known and only their being neighbours is new, that is
// unsure: a delegation between them may be.
func (d *departures) chain() {
	t, u := d.t, d.use
	if len(t.pairs.sums) == 0 {
		return
	}
	parties := links(&u.Delegation)
	for i := len(parties) - 2; i >= 0; i-- {
		actor, from := parties[i], parties[i+1]
		if t.pairs.has(t.pair(actor, from)) {
			continue
		}
		knowsActor, knowsFrom := t.parties.has(t.party(actor)), t.parties.has(t.party(from))
		if !knowsActor && !knowsFrom || i == 0 && knowsActor != knowsFrom {
			continue // parts of a chain that has nothing to do with what was seen
		}
		if i == 0 && d.has(DelegationDropped) {
			return // who stood between them is gone, and said to be
		}
		d.add(DelegationSpliced, label(from.ID), actor.ID, i == 0 || t.pairs.full || u.Delegation.Malformed != "")
		return
	}
}

// learnChain remembers the neighbours of a chain that was issued to this session.
func (t *Tracker) learnChain(d *Delegation) {
	parties := links(d)
	for i := range parties {
		t.parties.add(t.party(parties[i]), maxPairs)
		if i+1 < len(parties) {
			t.pairs.add(t.pair(parties[i], parties[i+1]), maxPairs)
		}
	}
}

// links returns the parties of a chain that stand side by side, the current actor
// first and the owner last.
func links(d *Delegation) []Principal {
	if len(d.Actors) == 0 {
		return nil
	}
	parties := slices.Clone(d.Actors)
	if d.Truncated == 0 && d.Malformed == "" && d.Owner.ID != "" {
		parties = append(parties, d.Owner)
	}
	return parties
}

func (t *Tracker) party(p Principal) uint64 { return t.hash(p.ID) ^ t.hash(p.Issuer)*31 }

func (t *Tracker) pair(actor, from Principal) uint64 { return t.party(actor)*3 ^ t.party(from)*7 }

// shared finds a credential that another agent used before.
func (d *departures) shared() {
	t, u := d.t, d.use
	c := &u.Credential
	id := c.Fingerprint
	if id == "" {
		id = c.Handle
	}
	if id == "" || len(u.Delegation.Actors) == 0 || u.Delegation.Actors[0].ID == "" || c.Assurance == Asserted {
		return
	}
	p := u.Delegation.Actors[0]
	other := t.holders.claim(id, p)
	if other == "" {
		other = t.hold(t.hash(id), mark{id: t.party(p), label: p.ID})
	}
	if other != "" {
		d.add(SharedCredential, other, p.ID, false)
	}
}

// hold returns which agent of this session used the credential first, "" if it is
// this one.
func (t *Tracker) hold(credential uint64, actor mark) string {
	for i := range t.held {
		if h := &t.held[i]; h.credential.id == credential {
			if h.actor.id == actor.id {
				return ""
			}
			return h.actor.label
		}
	}
	if len(t.held) == maxHeld {
		t.held = slices.Delete(t.held, 0, 1)
	}
	actor.label = label(actor.label)
	t.held = append(t.held, holding{credential: mark{id: credential}, actor: actor})
	return ""
}
