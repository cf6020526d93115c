package agentspan

import (
	"context"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/spanid"
	"github.com/ambit-go/ambit/semconv"
)

// finish writes the summary of a session that is over: one span, a new root,
// back-dated to the session's start. It ends at at, or now. A session that came back at
// revived has a summary already, so this one gets an id of its own.
func (s *state) finish(at time.Time, revived int64, cause error) {
	t := s.tracer
	t.metrics.session(-1)
	tr := t.spans.tracer()
	if tr == nil {
		return
	}
	attrs := s.summary()
	errType := t.word(errorType(cause))
	if errType != "" {
		attrs = append(attrs, semconv.ErrorType(errType))
	}
	var ids spanid.Request
	if t.ids != nil {
		ids = s.spanIDs(spanid.Session, trace.SpanKindInternal)
		if revived != 0 {
			ids.Call = strconv.FormatInt(revived, 36)
		}
	}
	_, span := t.startSpan(context.Background(), tr, ids, spanName("session", s.agent()),
		trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindInternal),
		trace.WithTimestamp(time.Unix(0, s.start)), trace.WithAttributes(attrs...))
	if errType != "" {
		setError(span, errType)
	}
	if at.IsZero() {
		at = time.Now()
	}
	span.End(trace.WithTimestamp(at))
}

// summary is what a session did and reached, in numbers.
func (s *state) summary() []attribute.KeyValue {
	s.mu.Lock()
	y := s.tally
	var gaps identity.Gaps
	if s.tracker != nil {
		gaps = s.tracker.Gaps()
	}
	s.mu.Unlock()
	bits := s.labels.bits.Load()
	attrs := s.appendBeginning(s.appendSession(make([]attribute.KeyValue, 0, 48), s.number.Load(), bits))
	count := func(k attribute.Key, n int32) { attrs = append(attrs, k.Int(int(n))) }
	count(semconv.AmbitSessionTurnCountKey, y.turns)
	attrs = append(attrs, semconv.AmbitSessionCallCount(int(s.calls.Load())))
	count(semconv.AmbitSessionRefusalCountKey, s.refused.Load())
	count(semconv.AmbitSessionSwitchCountKey, y.switches)
	if n := gaps.Evicted + gaps.Opaque + gaps.Malformed; n > 0 {
		attrs = append(attrs, semconv.AmbitSessionIdentityGapCount(n))
	}
	count(semconv.AmbitSessionIdentityCountKey, y.counts[reachIdentity])
	count(semconv.AmbitSessionCredentialCountKey, y.counts[reachCredential])
	count(semconv.AmbitSessionAccountCountKey, y.counts[reachAccount])
	count(semconv.AmbitSessionHostCountKey, y.counts[reachHost])
	count(semconv.AmbitSessionRepositoryCountKey, y.counts[reachRepository])
	count(semconv.AmbitSessionDataDomainCountKey, y.counts[reachData])
	count(semconv.AmbitSessionSecretCountKey, y.counts[reachSecret])
	count(semconv.AmbitSessionSecretPlaceCountKey, y.counts[reachPlace])
	count(semconv.AmbitSessionIntentCountKey, y.counts[reachIntent])
	attrs = append(attrs, semconv.AmbitSessionBlastRadius(y.blastRadius()))
	if most := s.thought(); most.label != "" {
		attrs = append(attrs, semconv.AmbitIntentLabel(s.tracer.word(string(most.label))), semconv.AmbitIntentScore(share(most.score)))
		if most.anomalous {
			attrs = append(attrs, semconv.AmbitIntentAnomalous(true))
		}
	}
	if bits&labelPrivileged != 0 {
		if reason := s.privileged.Load(); reason != nil {
			attrs = append(attrs, semconv.AmbitSessionPrivilegedReason(s.tracer.reason(*reason)))
		}
	}
	return attrs
}
