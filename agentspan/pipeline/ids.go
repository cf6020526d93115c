package pipeline

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/rand/v2"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/internal/spanid"
)

// An IDs makes trace and span ids. Those of sessions, turns and calls that have
// ids of the caller's own are made from these, so that processes which share the
// key meet in one trace with nothing running between them; all others are
// random. A remote parent keeps its trace id. Two spans that stand for one thing
// get one id: give each attempt at a call an id of its own. It is safe for
// concurrent use.
type IDs struct{ key []byte }

var _ sdktrace.IDGenerator = (*IDs)(nil)

// DeterministicIDs returns a generator for processes that share key. The key sets
// deployments apart and keeps others from telling ids in advance; 16 bytes or
// more of it, or the generator is refused.
func DeterministicIDs(key []byte) (*IDs, error) {
	if len(key) < 16 {
		return nil, errors.New("pipeline: a key for ids has 16 bytes or more")
	}
	return &IDs{key: append([]byte(nil), key...)}, nil
}

// NewIDs makes the ids of a root.
//
//nolint:gosec // an id need not be secret, only its own: the SDK's generator does the same
func (g *IDs) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	if r, ok := spanid.From(ctx); ok {
		return g.traceID(r), g.spanID(r)
	}
	var t trace.TraceID
	for !t.IsValid() {
		binary.NativeEndian.PutUint64(t[:8], rand.Uint64())
		binary.NativeEndian.PutUint64(t[8:], rand.Uint64())
	}
	return t, random()
}

// NewSpanID makes the id of a span within a trace.
func (g *IDs) NewSpanID(ctx context.Context, _ trace.TraceID) trace.SpanID {
	if r, ok := spanid.From(ctx); ok {
		return g.spanID(r)
	}
	return random()
}

// random makes an id like the SDK's own generator.
func random() (s trace.SpanID) {
	for !s.IsValid() {
		binary.NativeEndian.PutUint64(s[:], rand.Uint64()) //nolint:gosec // see NewIDs
	}
	return s
}

// SessionSpan returns the context that the summary of a session will have; the first
// one, where the session went on after the tracer had to drop it.
func (g *IDs) SessionSpan(session, epoch string, whole bool) trace.SpanContext {
	r := spanid.Request{Role: spanid.Session, Kind: int(trace.SpanKindInternal), Epoch: epoch, Session: session, Whole: whole}
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: g.traceID(r), SpanID: g.spanID(r), TraceFlags: trace.FlagsSampled})
}

// traceID is one for each turn, with what is outside of turns by itself; or one
// for the whole session.
func (g *IDs) traceID(r spanid.Request) (t trace.TraceID) {
	turn := r.Turn
	if r.Whole {
		turn = ""
	}
	copy(t[:], g.sum("trace", "", r.Epoch, r.Session, turn))
	if !t.IsValid() {
		t[0] = 1
	}
	return t
}

func (g *IDs) spanID(r spanid.Request) (s trace.SpanID) {
	copy(s[:], g.sum("span", string([]byte{byte(r.Role), byte(r.Kind)}), r.Epoch, r.Session, r.Turn, r.Call))
	if !s.IsValid() {
		s[0] = 1
	}
	return s
}

// sum hashes parts, each with its length, so that no two lists give one text.
func (g *IDs) sum(parts ...string) []byte {
	h := hmac.New(sha256.New, g.key)
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}
