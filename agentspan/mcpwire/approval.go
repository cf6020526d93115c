package mcpwire

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/jsonscan"
)

// ApprovalKey names our question among those that a client is asked.
const ApprovalKey = "ambit/approval"

// statePrefix tells our requestState from that of a tool.
const statePrefix = "ambit1."

// The parts of a requestState: when it ends, what makes it one of its kind, and
// the code that binds both to the call. Nothing of the call is in it.
const (
	expiryLen = 8
	nonceLen  = 16
	stateLen  = expiryLen + nonceLen + sha256.Size
)

// maxQuestion is how long an answer may take at most. A tracer's own limit is
// shorter, if it has one.
const maxQuestion = 5 * time.Minute

// States makes and checks the requestState in which a [Question] travels through a
// client that keeps nothing for us. The client is free to edit, replay and keep
// it, so it is bound to the call, ends, and counts once. It is safe for concurrent
// use.
type States struct {
	key   [32]byte
	first FirstUse
	mu    sync.Mutex
	used  map[[nonceLen]byte]time.Time // until when it would be accepted
}

// A FirstUse reports whether it is told of id for the first time, by whichever process:
// of one that is used. It may forget it after until. It is called concurrently, and
// where it cannot tell it says no: then the answer does not count.
type FirstUse func(ctx context.Context, id string, until time.Time) bool

// maxUsed bounds what is remembered of used states. Beyond it no answer counts
// until old ones have ended: the bound must not make a replay possible.
const maxUsed = 1 << 16

// NewStates returns states that are made with key: random bytes, at least 16, the
// same in all processes that serve one address. With fewer it makes a key of its
// own, and an answer that comes to another process does not count. first, if it is not
// nil, is what those processes share; without it each of them remembers for itself.
func NewStates(key []byte, first FirstUse) *States {
	s := &States{first: first, used: map[[nonceLen]byte]time.Time{}}
	if len(key) >= 16 {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("ambit mcp requestState"))
		mac.Sum(s.key[:0])
	} else {
		_, _ = rand.Read(s.key[:]) // never fails since Go 1.24
	}
	return s
}

// isState reports whether a requestState says that it is one of ours.
func isState(state string) bool { return strings.HasPrefix(state, statePrefix) }

// issue makes the state of a question about the call that binding names.
func (s *States) issue(binding []byte, now, expires time.Time) string {
	if limit := now.Add(maxQuestion); expires.IsZero() || expires.After(limit) {
		expires = limit
	}
	var b [stateLen]byte
	binary.BigEndian.PutUint64(b[:], uint64(expires.Unix()))
	_, _ = rand.Read(b[expiryLen : expiryLen+nonceLen])
	copy(b[expiryLen+nonceLen:], s.mac(b[:expiryLen+nonceLen], binding))
	return statePrefix + base64.RawURLEncoding.EncodeToString(b[:])
}

func (s *States) mac(head, binding []byte) []byte {
	h := hmac.New(sha256.New, s.key[:])
	h.Write(head)
	h.Write(binding)
	return h.Sum(nil)
}

// redeem reports whether state is one that was issued for this very call, that has
// not ended and was not used; from now on it is.
func (s *States) redeem(ctx context.Context, state string, binding []byte, now time.Time) bool {
	text, ok := strings.CutPrefix(state, statePrefix)
	if !ok || len(text) != base64.RawURLEncoding.EncodedLen(stateLen) {
		return false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != stateLen {
		return false
	}
	if !hmac.Equal(b[expiryLen+nonceLen:], s.mac(b[:expiryLen+nonceLen], binding)) {
		return false
	}
	expires := time.Unix(int64(binary.BigEndian.Uint64(b)), 0)
	if !now.Before(expires) {
		return false
	}
	var nonce [nonceLen]byte
	copy(nonce[:], b[expiryLen:])
	return s.take(nonce, now, expires) && (s.first == nil || s.first(ctx, hex.EncodeToString(nonce[:]), expires))
}

// take reports whether this process has not met nonce.
func (s *States) take(nonce [nonceLen]byte, now, expires time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.used[nonce]; ok {
		return false
	}
	if len(s.used) >= maxUsed {
		for n, until := range s.used {
			if !now.Before(until) {
				delete(s.used, n)
			}
		}
		if len(s.used) >= maxUsed {
			return false
		}
	}
	s.used[nonce] = expires
	return true
}

// bindingOf is what a question is about: who asks to do what, in which session, with
// which tool as it is now, and why a person is asked about it. Every part is written
// with its length.
func bindingOf(method, tool, definition string, arguments []byte, n *agentspan.Session, c *Caller, a *agentspan.Ask) []byte {
	h := newParts()
	h.texts(method, tool, definition, c.session)
	// Members in another order are the same arguments; a client may read and write
	// them between the question and the answer.
	if len(arguments) <= maxCanonical {
		if canonical, ok := canonicalArguments(arguments); ok {
			arguments = canonical
		}
	}
	h.part(arguments)
	d := c.Proof.Delegation
	for _, p := range append([]identity.Principal{n.Owner, n.Actor, d.Owner}, d.Actors...) {
		h.texts(p.Issuer, p.ID)
	}
	h.part(QuestionHash(a))
	return h.Sum(nil)
}

// QuestionHash is why a person is asked, and who may answer. A yes to one rule is none
// to another that asks about the same call by now, and what one person may approve says
// nothing of what it takes another for.
func QuestionHash(a *agentspan.Ask) []byte {
	h := newParts()
	h.texts(a.Tool) // empty where the session is asked about
	h.texts(a.Effects...)
	h.texts(a.Terms.By...)
	h.texts(a.Terms.Assurance.String(), strconv.FormatBool(a.Terms.NotOwner), strconv.FormatBool(a.Terms.Remember))
	named := false
	for i := range a.Decision.Because {
		if w := &a.Decision.Because[i]; w.Verdict == boundary.RequireApproval {
			h.texts(string(w.Reason), w.Checker, w.Ruleset, w.Rule)
			named = true
		}
	}
	if !named { // a checker that gives no reason but in words
		h.texts(a.Message)
	}
	return h.Sum(nil)
}

// parts hashes texts, each written with its length.
type parts struct{ hash.Hash }

func newParts() parts { return parts{sha256.New()} }

func (h parts) number(n int) {
	var l [8]byte
	binary.BigEndian.PutUint64(l[:], uint64(n))
	h.Write(l[:])
}

func (h parts) part(b []byte) {
	h.number(len(b))
	h.Write(b)
}

func (h parts) texts(all ...string) {
	h.number(len(all))
	for _, s := range all {
		h.part([]byte(s))
	}
}

// maxCanonical bounds the arguments that are compared by meaning, in bytes.
const maxCanonical = 64 << 10

// canonicalArguments is canonicalJSON where numbers stay as they are written: as
// float64, as which JSON is read else, two account numbers can be one. It is false
// for what programs may read in more than one way, too.
func canonicalArguments(b []byte) ([]byte, bool) {
	if !json.Valid(b) || jsonscan.Ambiguous(b) {
		return nil, false
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return nil, false
	}
	out, err := json.Marshal(v)
	return out, err == nil
}

// QuestionText is a question as a client shows it to a person. Its parts are the
// tracer's, clean and bounded.
func QuestionText(a *agentspan.Ask) string {
	var b strings.Builder
	if a.Tool == "" {
		b.WriteString("Allow this session of the agent to go on?")
	} else {
		b.WriteString("Allow the tool " + a.Tool + " to run?")
	}
	if a.Message != "" {
		b.WriteString("\nWhy you are asked: " + a.Message)
	}
	for _, e := range a.Effects {
		b.WriteString("\nIt would: " + e)
	}
	if !strings.Contains(a.Message, a.Nearest) {
		b.WriteString("\nNearest grant: " + a.Nearest)
	}
	return b.String()
}

// QuestionSchema is the form that goes with a question: one box to tick.
func QuestionSchema() map[string]any {
	return map[string]any{
		"type":       "object",
		"properties": map[string]any{"approve": map[string]any{"type": "boolean", "title": "Allow this call"}},
		"required":   []any{"approve"},
	}
}

// answer reads what a client says that a person answered: its action, what was
// filled in, and whom the client speaks for. That it was a person, and which, is
// the client's word: it is asserted, and never more.
func answer(action string, content map[string]any, person identity.Principal) agentspan.Answer {
	yes, _ := content["approve"].(bool)
	if !person.IsZero() {
		person.Assurance = min(person.Assurance, identity.Asserted)
	}
	return agentspan.Answer{Approved: action == "accept" && yes, By: person}
}
