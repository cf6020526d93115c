package otlp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	codepb "google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Between attempts, the time doubles from firstPause to maxPause. A collector may
// ask for more, but not for more than maxThrottle.
const (
	firstPause  = 250 * time.Millisecond
	maxPause    = 5 * time.Second
	maxThrottle = 30 * time.Second
)

// An uploader stands between the exporter and its gRPC client. It cleans what the
// exporter made, sends it in requests that a collector takes, tries again where
// that may help, and counts what became of every span.
type uploader struct {
	otlptrace.Client
	ledger   *ledger
	size     int           // of a request, in bytes, at most
	patience time.Duration // with one request
}

// UploadTraces sends spans. What does not arrive is in the ledger; an error here
// would be a second account of it.
func (u *uploader) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	for rest := flatten(spans); len(rest) > 0; {
		n := fit(rest, u.size)
		if n == 0 {
			n = 1
			rest[0].measure()
		}
		if n == 1 && rest[0].total() > u.size {
			u.squeeze(ctx, rest[0], u.size)
		} else {
			u.upload(ctx, rest[:n])
		}
		rest = rest[n:]
	}
	return nil
}

// upload sends one request, in parts if the collector finds it too large.
func (u *uploader) upload(ctx context.Context, part []item) {
	err := u.try(ctx, part)
	switch {
	case err == nil:
	case !tooLarge(err):
		u.ledger.lost(int64(len(part)), cause(ctx, err), err)
	case len(part) == 1:
		u.squeeze(ctx, part[0], part[0].total()/2)
	default:
		u.size = max(total(part)/2, minSize) // what comes will be right at once
		u.upload(ctx, part[:len(part)/2])
		u.upload(ctx, part[len(part)/2:])
	}
}

// squeeze sends a single span of at most size bytes: without its longest values
// rather than not at all.
func (u *uploader) squeeze(ctx context.Context, it item, size int) {
	if !it.shrink(size) {
		u.ledger.lost(1, causeTooLarge, fmt.Errorf("a span of %d bytes is too large", it.total()))
		return
	}
	if !it.cut {
		it.cut = true
		u.ledger.shortened()
	}
	u.upload(ctx, []item{it})
}

// try sends one request until it arrives, fails for good, or time is over. Spans
// of a request that arrived are counted.
func (u *uploader) try(ctx context.Context, part []item) (last error) {
	ctx, cancel := context.WithTimeout(ctx, u.patience)
	defer cancel()
	request := assemble(part)
	for pause := firstPause; ; pause = min(2*pause, maxPause) {
		var a answer
		err := u.Client.UploadTraces(context.WithValue(ctx, answerKey{}, &a), request)
		if err == nil {
			u.ledger.took(int64(len(part)), a.rejected, a.complaint)
			return nil
		}
		if last == nil || ctx.Err() == nil {
			last = told(err) // an attempt cut short by us says less than the one before
		}
		wait, again := retryable(err)
		if !again || tooLarge(err) || ctx.Err() != nil {
			return last
		}
		u.ledger.failed(last)
		u.ledger.report()
		wait = max(min(wait, maxThrottle), pause/2+rand.N(pause/2)) //nolint:gosec // it sets processes apart, and guards nothing
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return last
		}
	}
}

// An answer is what a collector said beside yes.
type answer struct {
	rejected  int64
	complaint error
}

type answerKey struct{}

// listen reads what a collector that took a request says of the spans in it. The
// exporter makes an error of that, in which the number is lost, and one of a mere
// warning too.
func listen(ctx context.Context, method string, request, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	err := invoke(ctx, method, request, reply, cc, append(opts, grpc.MaxCallRecvMsgSize(maxAnswer))...)
	if err != nil {
		return err
	}
	a, _ := ctx.Value(answerKey{}).(*answer)
	r, ok := reply.(*collectorpb.ExportTraceServiceResponse)
	if a == nil || !ok || r.GetPartialSuccess() == nil {
		return nil
	}
	a.rejected = r.GetPartialSuccess().GetRejectedSpans()
	if s := r.GetPartialSuccess().GetErrorMessage(); s != "" {
		a.complaint = errors.New("the collector says: " + printable(s))
	} else if a.rejected > 0 {
		a.complaint = errors.New("the collector rejected spans and did not say why")
	}
	r.PartialSuccess = nil
	return nil
}

// maxAnswer bounds what a collector may answer, in bytes. The number is nobody else's
// limit: gRPC says of an answer what a collector says of a request, that it is larger
// than this, and sending less does not help against the one.
const maxAnswer = 1<<20 + 7

// A failure is what an attempt ended with, in words fit for a log.
type failure struct {
	code codes.Code
	text string
	err  error
}

func (f *failure) Error() string { return codeName(f.code) + ": " + f.text }
func (f *failure) Unwrap() error { return f.err }

// told returns err in words fit for a log: gRPC's own are wrapped twice, and a
// collector may write whatever it likes.
func told(err error) error {
	s := statusOf(err)
	text := printable(s.Message())
	if errors.Is(err, context.DeadlineExceeded) || text == context.DeadlineExceeded.Error() || text == context.Canceled.Error() {
		text = "no answer in time"
	}
	return &failure{code: s.Code(), text: text, err: err}
}

// statusOf returns the gRPC status in err, with its own message.
func statusOf(err error) *status.Status {
	if e, ok := errors.AsType[interface {
		error
		GRPCStatus() *status.Status
	}](err); ok {
		return e.GRPCStatus()
	}
	return status.FromContextError(err) // Unknown if it is neither
}

// codeName returns the name of a gRPC status code as OTLP and the conventions
// write it: UNAVAILABLE.
func codeName(c codes.Code) string {
	if name, ok := codepb.Code_name[int32(c)]; ok {
		return name
	}
	return causeOther
}

// cause returns the error.type of a request that failed for good.
func cause(ctx context.Context, err error) string {
	if ctx.Err() != nil {
		return causeShutdown
	}
	return codeName(statusOf(err).Code())
}

// retryable reports whether another attempt may help, and how long the collector
// wants to be left alone (OTLP 1.10, "Failures": ResourceExhausted only with a
// RetryInfo).
func retryable(err error) (wait time.Duration, again bool) {
	s := statusOf(err)
	told := false
	for _, d := range s.Details() {
		if r, ok := d.(*errdetails.RetryInfo); ok {
			wait, told = r.GetRetryDelay().AsDuration(), true
		}
	}
	switch s.Code() {
	case codes.Canceled, codes.DeadlineExceeded, codes.Aborted, codes.OutOfRange, codes.Unavailable, codes.DataLoss:
		return wait, true
	case codes.ResourceExhausted:
		return wait, told
	default:
		return 0, false
	}
}

// tooLarge reports whether the collector found a request too large. There is no
// code for that, so its words are what is left to ask: those of gRPC in Go and
// C++, in Java, and in Rust.
func tooLarge(err error) bool {
	s := statusOf(err)
	if s.Code() != codes.ResourceExhausted && s.Code() != codes.OutOfRange {
		return false
	}
	if strings.Contains(s.Message(), "vs. "+strconv.Itoa(maxAnswer)) {
		return false // the answer was
	}
	for _, words := range []string{"larger than max", "exceeds maximum size", "length too large"} {
		if strings.Contains(s.Message(), words) {
			return true
		}
	}
	return false
}

// maxMessage bounds what is kept of a collector's words.
const maxMessage = 256

// printable returns the beginning of what a collector said, fit for a log and a
// terminal.
func printable(s string) string {
	if len(s) > maxMessage {
		s = cutString(s, maxMessage) + " ..."
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}
