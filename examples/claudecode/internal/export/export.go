// Package export sends what hooks wrote down to a collector. It runs apart from the
// agent, once for each turn that has ended, and what does not arrive is sent the next
// time: the sessions' own files are the spool.
package export

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/otlp"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
	"github.com/ambit-go/ambit/identity"
)

const (
	// patience is how long one run tries to reach the collector.
	patience = 20 * time.Second
	// queue is how long a run waits for the one before it.
	queue = 30 * time.Second
	// keep is how long a session stays after everything of it was sent.
	keep = 24 * time.Hour
	// idle is after how long a session that never ended is taken for over.
	idle = time.Hour
	// most is how many spans are sent before it is noted that they arrived.
	most = 4000
)

// A Status is what the exporter last did, for people who ask.
type Status struct {
	At      time.Time `json:"at"`
	Sent    int       `json:"sent"`    // spans, ever
	Dropped int       `json:"dropped"` // spans that the collector refuses, and calls that had to make room before they were sent, ever
	Broken  int       `json:"broken"`  // lines of sessions that no reader understood, in what is kept
	Newer   int       `json:"newer"`   // records of a newer version of the program, in what is kept
	Error   string    `json:"error,omitempty"`
	ErrorAt time.Time `json:"error_at,omitzero"`
}

var errBusy = errors.New("another export is under way")

var errNotArrived = errors.New("the collector did not answer in time")

const statusFile = "status.json"

// ReadStatus returns what the exporter last did; zero if it never ran.
func ReadStatus(state string) Status {
	var s Status
	if text, err := os.ReadFile(filepath.Join(state, statusFile)); err == nil {
		_ = json.Unmarshal(text, &s)
	}
	return s
}

func (s *Status) write(state string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	tmp := filepath.Join(state, statusFile+".new")
	if err := os.WriteFile(tmp, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(state, statusFile))
}

// Run sends what is due and makes room. Two runs at one time wait for each other.
func Run(ctx context.Context, s settings.Settings) (Status, error) {
	dir, err := journal.Open(s.State)
	if err != nil {
		return Status{}, err
	}
	mine, err := dir.TryExporting(queue)
	if err != nil {
		return ReadStatus(s.State), err
	}
	if mine == nil {
		return ReadStatus(s.State), errBusy
	}
	defer mine.Close()
	status := ReadStatus(s.State)
	status.At, status.Broken, status.Newer = time.Now(), 0, 0
	err = send(ctx, dir, s, &status)
	if err != nil {
		status.Error, status.ErrorAt = err.Error(), time.Now()
	} else {
		status.Error, status.ErrorAt = "", time.Time{}
	}
	return status, errors.Join(err, prune(dir, s, &status), status.write(s.State))
}

// send sends what is due of every session.
func send(ctx context.Context, dir *journal.Dir, s settings.Settings, status *Status) error {
	if s.Endpoint == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := reachable(ctx, s.Endpoint); err != nil {
		return err
	}
	key, err := dir.Key()
	if err != nil {
		return err
	}
	ids, err := pipeline.DeterministicIDs(key)
	if err != nil {
		return err
	}
	hashKey, err := identity.NewKey(key)
	if err != nil {
		return err
	}
	opts := []otlp.Option{otlp.WithEndpoint(s.Endpoint)}
	if len(s.Headers) > 0 {
		opts = append(opts, otlp.WithHeaders(s.Headers))
	}
	out, err := otlp.Setup(ctx, opts...)
	if err != nil {
		return err
	}
	defer func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = out.Shutdown(stop)
	}()
	files, err := dir.Files()
	if err != nil {
		return err
	}
	for _, f := range files {
		records, unread, err := dir.Records(f.Name)
		if err != nil {
			continue // pruned, or not ours to read
		}
		status.Broken += unread.Broken
		status.Newer += unread.Newer
		sent, err := dir.Sent(f.Name)
		if err != nil {
			return err
		}
		keeper := &keeper{sent: sent}
		provider := sdktrace.NewTracerProvider(
			sdktrace.WithIDGenerator(ids), sdktrace.WithSpanProcessor(keeper), sdktrace.WithSampler(sdktrace.AlwaysSample()),
			sdktrace.WithResource(resourceOf(ctx, records)))
		tracer := []agentspan.Option{agentspan.WithTracerProvider(provider), agentspan.WithSpanIDs(ids), agentspan.WithHashKey(hashKey)}
		if s.Privacy {
			tracer = append(tracer, agentspan.WithPrivacy(hashKey))
		}
		if err := hookspan.Emit(ctx, records, hookspan.EmitOptions{
			Tracer: tracer, Parent: s.Parent, Idle: idle, Done: func(complete bool) { keeper.hold = !complete },
		}); err != nil {
			return err
		}
		if err := keeper.deliver(ctx, dir, f.Name, out, status); err != nil {
			return err
		}
	}
	return nil
}

// contact is how long a collector may take to be there at all.
const contact = 3 * time.Second

// proxies are the variables that name one.
var proxies = [...]string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"}

// reachable looks whether anybody is at the endpoint, so that runs do not wait for each
// other while nobody is. Behind a proxy that cannot be seen.
func reachable(ctx context.Context, endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Port() == "" {
		return nil // otlp says what is wrong with it, or which port is meant
	}
	for _, proxy := range proxies {
		if os.Getenv(proxy) != "" {
			return nil
		}
	}
	d := net.Dialer{Timeout: contact}
	c, err := d.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return fmt.Errorf("the collector is away: %w", err)
	}
	return c.Close()
}

// resourceOf says which program made the spans: the agent.
func resourceOf(ctx context.Context, records []journal.Record) *resource.Resource {
	name, version := "coding-agent", ""
	if n := len(records); n > 0 && records[n-1].State.Info.Agent != "" {
		name, version = records[n-1].State.Info.Agent, records[n-1].State.Info.Version
	}
	attrs := []attribute.KeyValue{attribute.String("service.name", name)}
	if version != "" {
		attrs = append(attrs, attribute.String("service.version", version))
	}
	r, _ := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(attrs...)) // what it could tell is in r
	return r
}

// A keeper keeps the spans of one session that are complete and have not been sent.
type keeper struct {
	hold  bool
	sent  journal.Sent
	spans []sdktrace.ReadOnlySpan
}

func (*keeper) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

func (k *keeper) OnEnd(s sdktrace.ReadOnlySpan) {
	if !k.hold && !k.sent[s.SpanContext().SpanID().String()] {
		k.spans = append(k.spans, s)
	}
}

func (*keeper) Shutdown(context.Context) error   { return nil }
func (*keeper) ForceFlush(context.Context) error { return nil }

// deliver sends the spans and notes those that arrived.
func (k *keeper) deliver(ctx context.Context, dir *journal.Dir, name string, out *otlp.Provider, status *Status) error {
	to := out.SpanProcessor()
	if to == nil {
		return nil
	}
	for len(k.spans) > 0 {
		part := k.spans[:min(len(k.spans), most)]
		k.spans = k.spans[len(part):]
		before := out.Stats()
		for _, s := range part {
			to.OnEnd(s)
		}
		err := to.ForceFlush(ctx)
		after := out.Stats()
		arrived := after.Sent - before.Sent
		// What the collector will never take would keep everything behind it from being
		// sent: it is dropped, and counted.
		refused := after.Causes["rejected"] + after.Causes["too_large"] - before.Causes["rejected"] - before.Causes["too_large"]
		if arrived+refused != int64(len(part)) {
			return fmt.Errorf("%s: of %d spans %d arrived: %w", name, len(part), arrived, cmp.Or(err, after.LastError, errNotArrived))
		}
		status.Dropped += int(refused)
		ids := make([][8]byte, len(part))
		for i, s := range part {
			ids[i] = s.SpanContext().SpanID()
		}
		if err := dir.AddSent(name, ids); err != nil {
			return err
		}
		status.Sent += int(arrived)
	}
	return nil
}

// prune removes the sessions that were sent and are over, and then, if they are still
// too large together, those that were used longest ago. What had not been sent of
// those is counted.
func prune(dir *journal.Dir, s settings.Settings, status *Status) error {
	files, err := dir.Files()
	if err != nil {
		return err
	}
	var total int64
	for _, f := range files {
		total += f.Size
	}
	for _, f := range files {
		old := time.Since(f.Modified) >= keep
		if !old && total <= s.Spool() {
			break // those behind are younger
		}
		records, unread, err := dir.Records(f.Name)
		if err != nil {
			continue
		}
		lost := 0
		if s.Endpoint != "" {
			lost = unsent(dir, f.Name, records) + unread.Newer // which the newer program may not have sent
		}
		if old && lost > 0 && total <= s.Spool() {
			continue // the collector may come back
		}
		if dir.Remove(f.Name) != nil {
			continue // a hook holds it
		}
		total -= f.Size
		status.Dropped += lost
	}
	return nil
}

// unsent counts the calls of a session of which no span is known to have arrived.
func unsent(dir *journal.Dir, name string, records []journal.Record) int {
	sent, err := dir.Sent(name)
	calls := 0
	for i := range records {
		if records[i].Call != nil {
			calls++
		}
	}
	if err != nil {
		return calls
	}
	return max(calls-len(sent), 0)
}
