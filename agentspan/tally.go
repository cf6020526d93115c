package agentspan

import (
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/internal/reach"
)

// A tally counts what a session did and what it reached. It holds hashes of what
// it counts, and at most maxReached of them.
type tally struct {
	turns, switches int32
	reached         []uint64 // sorted; the low four bits say what it is
	counts          [reaches]int32
}

// What a session can reach.
const (
	reachIdentity = iota
	reachCredential
	reachAccount
	reachHost
	reachRepository
	reachData
	reachSecret
	reachPlace
	reachIntent
	reaches
)

// maxReached bounds the distinct things counted for one session: 512 bytes.
const maxReached = 64

var tallySeed = maphash.MakeSeed()

// reach counts one thing, once.
func (t *tally) reach(kind int, name string) {
	if name == "" {
		return
	}
	h := maphash.String(tallySeed, name)&^15 | uint64(kind)
	i, found := slices.BinarySearch(t.reached, h)
	if found || len(t.reached) >= maxReached {
		return
	}
	t.reached = slices.Insert(t.reached, i, h)
	t.counts[kind]++
}

// reachEffects counts what a call touches.
func (t *tally) reachEffects(effects []effect.Effect) {
	for i := range effects {
		e := &effects[i]
		if e.Target == "" {
			continue
		}
		switch e.Kind {
		case effect.Host:
			t.reachHost(e.Target)
		case effect.URL:
			t.reachHost(reach.Host(e.Target))
		case effect.Repo:
			t.reach(reachRepository, e.Target)
		case effect.Data:
			t.reach(reachData, e.Target)
		case effect.Secret:
			t.reach(reachPlace, e.Target)
		case effect.Identity:
			t.reach(reachIdentity, e.Target)
		case effect.Resource:
			if r, ok := effect.ParseResource(e.Target); ok {
				t.reach(reachAccount, accountOf(r))
			}
		default:
		}
	}
}

// reachSecrets counts the secrets found in body, each value once. A finding without
// a length has no value; of one that lies outside of body, since who replays has not
// kept that, no more is known than kind and length.
func (t *tally) reachSecrets(body []byte, found []secret.Finding) {
	for i := range found {
		switch f := &found[i]; {
		case f.Length <= 0:
		case f.Offset >= 0 && f.Offset < len(body):
			t.reach(reachSecret, text(body[f.Offset:f.Offset+min(f.Length, len(body)-f.Offset)]))
		default:
			t.reach(reachSecret, f.Kind+"\x00"+strconv.Itoa(f.Length))
		}
	}
}

// reachHost counts a host, whatever port it is reached at.
func (t *tally) reachHost(host string) {
	if i := strings.LastIndexByte(host, ':'); i > 0 && (host[i-1] == ']' || strings.IndexByte(host, ':') == i) && !strings.HasPrefix(host, "mcp:") {
		host = host[:i]
	}
	t.reach(reachHost, strings.Trim(host, "[]"))
}

// blastRadius is how many identities, systems, repositories and data one session
// reached, those it only named included.
func (t *tally) blastRadius() int {
	n := 0
	for _, k := range []int{reachIdentity, reachCredential, reachAccount, reachHost, reachRepository, reachData, reachSecret, reachPlace} {
		n += int(t.counts[k])
	}
	return n
}
