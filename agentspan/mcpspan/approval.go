package mcpspan

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/identity"
)

// approvalKey names our question among those a client is asked.
const approvalKey = "ambit/approval"

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

// approvals makes and checks the requestState in which a question travels through
// a client that keeps nothing for us. The client is free to edit, replay and keep
// it, so it is bound to the call, ends, and counts once.
type approvals struct {
	key  [32]byte
	mu   sync.Mutex
	used map[[nonceLen]byte]time.Time // until when it would be accepted
}

// maxUsed bounds what is remembered of used states. Beyond it no answer counts
// until old ones have ended: the bound must not make a replay possible.
const maxUsed = 1 << 16

func newApprovals(key []byte) *approvals {
	a := &approvals{used: map[[nonceLen]byte]time.Time{}}
	if len(key) >= 16 {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("ambit mcp requestState"))
		mac.Sum(a.key[:0])
	} else {
		_, _ = rand.Read(a.key[:]) // never fails since Go 1.24
	}
	return a
}

// issue makes the state of a question about the call that binding names.
func (a *approvals) issue(binding []byte, now, expires time.Time) string {
	if limit := now.Add(maxQuestion); expires.IsZero() || expires.After(limit) {
		expires = limit
	}
	var b [stateLen]byte
	binary.BigEndian.PutUint64(b[:], uint64(expires.Unix()))
	_, _ = rand.Read(b[expiryLen : expiryLen+nonceLen])
	copy(b[expiryLen+nonceLen:], a.mac(b[:expiryLen+nonceLen], binding))
	return statePrefix + base64.RawURLEncoding.EncodeToString(b[:])
}

func (a *approvals) mac(head, binding []byte) []byte {
	h := hmac.New(sha256.New, a.key[:])
	h.Write(head)
	h.Write(binding)
	return h.Sum(nil)
}

// redeem reports whether state is one that we issued for this very call, that has
// not ended and was not used; from now on it is.
func (a *approvals) redeem(state string, binding []byte, now time.Time) bool {
	text, ok := strings.CutPrefix(state, statePrefix)
	if !ok || len(text) != base64.RawURLEncoding.EncodedLen(stateLen) {
		return false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != stateLen {
		return false
	}
	if !hmac.Equal(b[expiryLen+nonceLen:], a.mac(b[:expiryLen+nonceLen], binding)) {
		return false
	}
	expires := time.Unix(int64(binary.BigEndian.Uint64(b)), 0)
	if !now.Before(expires) {
		return false
	}
	var nonce [nonceLen]byte
	copy(nonce[:], b[expiryLen:])
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.used[nonce]; ok {
		return false
	}
	if len(a.used) >= maxUsed {
		for n, until := range a.used {
			if !now.Before(until) {
				delete(a.used, n)
			}
		}
		if len(a.used) >= maxUsed {
			return false
		}
	}
	a.used[nonce] = expires
	return true
}

// bindingOf is what a question is about: who asks to do what, in which session,
// with which tool as it is now. Every part is written with its length.
func bindingOf(method, tool, definition string, arguments []byte, n *agentspan.Session, c *caller) []byte {
	h := sha256.New()
	part := func(b []byte) {
		var l [8]byte
		binary.BigEndian.PutUint64(l[:], uint64(len(b)))
		h.Write(l[:])
		h.Write(b)
	}
	for _, s := range []string{method, tool, definition, c.session} {
		part([]byte(s))
	}
	// Members in another order are the same arguments; a client may read and write
	// them between the question and the answer.
	if canonical, ok := canonicalJSON(arguments); ok && len(arguments) <= maxCanonical {
		arguments = canonical
	}
	part(arguments)
	d := c.proof.Delegation
	for _, p := range append([]identity.Principal{n.Owner, n.Actor, d.Owner}, d.Actors...) {
		part([]byte(p.Issuer))
		part([]byte(p.ID))
	}
	return h.Sum(nil)
}

// maxCanonical bounds the arguments that are compared by meaning, in bytes.
const maxCanonical = 64 << 10

// A question is about one call, and is asked by the means its client has.
type question struct {
	side      *serverSide
	session   *mcp.ServerSession
	legacy    bool // ask now, by a request of our own
	state     string
	responses mcp.InputResponseMap
	binding   func() []byte
	person    identity.Principal // whom the client speaks for

	mu  sync.Mutex     // the tracer asks on a goroutine of its own
	ask *agentspan.Ask // what is to be asked; nil if nothing is
}

// canAsk reports whether the client that sent meta can put a question to a
// person. What it says in _meta is looked at as it is: decoding it, as the SDK
// does, costs 32 KiB a call.
func canAsk(meta map[string]any, decoded func() *mcp.ClientCapabilities) bool {
	if said, ok := meta[mcp.MetaKeyClientCapabilities].(map[string]any); ok {
		e, ok := said["elicitation"].(map[string]any)
		return ok && (e["form"] != nil || e["url"] == nil)
	}
	caps := decoded()
	if caps == nil || caps.Elicitation == nil {
		return false
	}
	e := caps.Elicitation
	return e.Form != nil || e.URL == nil // neither means forms
}

var (
	errForeignState = errors.New("mcpspan: the call carries somebody else's state")
	errBadState     = errors.New("mcpspan: the answer does not belong to this call")
)

// approve is the [agentspan.Approver] of one call.
func (q *question) approve(ctx context.Context, a agentspan.Ask) (agentspan.Answer, error) {
	if q.legacy {
		res, err := q.session.Elicit(ctx, form(&a))
		if err != nil {
			return agentspan.Answer{}, err
		}
		return q.answer(res), nil
	}
	if q.state == "" {
		q.mu.Lock()
		q.ask = &a
		q.mu.Unlock()
		return agentspan.Answer{}, agentspan.ErrPending
	}
	if !strings.HasPrefix(q.state, statePrefix) {
		return agentspan.Answer{}, errForeignState
	}
	res, ok := q.responses[approvalKey].(*mcp.ElicitResult)
	if !ok || res == nil || !q.side.approvals.redeem(q.state, q.binding(), time.Now()) {
		return agentspan.Answer{}, errBadState
	}
	return q.answer(res), nil
}

// answer reads what a person said. That it was a person, and which, is the
// client's word: it is asserted, and never more.
func (q *question) answer(r *mcp.ElicitResult) agentspan.Answer {
	yes, _ := r.Content["approve"].(bool)
	by := q.person
	if !by.IsZero() {
		by.Assurance = min(by.Assurance, identity.Asserted)
	}
	return agentspan.Answer{Approved: r.Action == "accept" && yes, By: by}
}

// form is a question as a client shows it. Its texts are the tracer's, clean and
// bounded.
func form(a *agentspan.Ask) *mcp.ElicitParams {
	var b strings.Builder
	b.WriteString("Allow the tool " + a.Tool + " to run?")
	if a.Message != "" {
		b.WriteString("\nWhy you are asked: " + a.Message)
	}
	for _, e := range a.Effects {
		b.WriteString("\nIt would: " + e)
	}
	if a.Nearest != "" {
		b.WriteString("\nNearest grant: " + a.Nearest)
	}
	return &mcp.ElicitParams{Mode: "form", Message: b.String(), RequestedSchema: map[string]any{
		"type":       "object",
		"properties": map[string]any{"approve": map[string]any{"type": "boolean", "title": "Allow this call"}},
		"required":   []any{"approve"},
	}}
}

// inputRequired is the result that asks. The SDK's own result gets its type inside
// the tool dispatch, which a refused call does not reach; without a type other
// clients take it for the answer (MCP 2026-07-28, "Multi round-trip requests").
type inputRequired struct {
	mcp.ResultBase
	ResultType    string              `json:"resultType"`
	InputRequests mcp.InputRequestMap `json:"inputRequests"`
	RequestState  string              `json:"requestState"`
}

// result is the question as a result; nil if there is nothing to ask.
func (q *question) result() mcp.Result {
	if q == nil {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ask == nil {
		return nil
	}
	return &inputRequired{
		ResultType:    "input_required",
		InputRequests: mcp.InputRequestMap{approvalKey: form(q.ask)},
		RequestState:  q.side.approvals.issue(q.binding(), time.Now(), q.ask.Expires),
	}
}
