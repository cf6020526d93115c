package otlp

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc/codes"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary"
)

func TestABackendThatIsAwayForAWhileLosesNothing(t *testing.T) {
	for _, d := range []time.Duration{2 * time.Second, 12 * time.Second, time.Minute} {
		t.Run(d.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := setup(t, away(d))
				emit(p, 100)
				time.Sleep(d + defaultDelay + maxPause)
				synctest.Wait()
				want := Stats{Ended: 100, Sent: 100}
				if diff := cmp.Diff(want, settled(p.Stats())); diff != "" {
					t.Errorf("stats (-want +got):\n%s", diff)
				}
				if err := p.Shutdown(t.Context()); err != nil {
					t.Errorf("Shutdown: %v", err)
				}
			})
		})
	}
}

func TestABackendThatIsAwayTooLongIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, refuses(codes.Unavailable))
		emit(p, 10)
		time.Sleep(defaultDelay + defaultPatience + maxPause)
		synctest.Wait()
		want := Stats{Ended: 10, Dropped: 10, Causes: map[string]int64{"UNAVAILABLE": 10}}
		if diff := cmp.Diff(want, settled(p.Stats())); diff != "" {
			t.Errorf("stats (-want +got):\n%s", diff)
		}
	})
}

func TestPatienceIsTheEnvironments(t *testing.T) {
	t.Setenv("OTEL_BSP_EXPORT_TIMEOUT", "3000")
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, hangs)
		emit(p, 1)
		time.Sleep(defaultDelay + 3*time.Second)
		synctest.Wait()
		if got := p.Stats().Causes["DEADLINE_EXCEEDED"]; got != 1 {
			t.Errorf("stats %+v, want one span lost to DEADLINE_EXCEEDED", p.Stats())
		}
	})
}

// What a dead collector costs the agent: no time at all. The clock of the bubble
// stands still unless everybody waits.
func TestADeadCollectorDelaysNothing(t *testing.T) {
	for name, w := range map[string]wire{"refuses": refuses(codes.Unavailable), "hangs": hangs} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := setup(t, w)
				begin := time.Now()
				emit(p, 2*defaultQueue)
				if took := time.Since(begin); took != 0 {
					t.Errorf("the agent waited %v", took)
				}
				s := p.Stats()
				if s.Waiting > defaultQueue+defaultBatch || s.Ended != 2*defaultQueue || s.Dropped == 0 {
					t.Errorf("stats %+v: want a bounded queue and the rest dropped", s)
				}
			})
		})
	}
}

func TestShutdownSaysWhatDidNotArrive(t *testing.T) {
	hundred := func(p *Provider) { emit(p, 100) }
	for _, tt := range []struct {
		name string
		wire wire
		work func(*Provider)
		ctx  time.Duration // of Shutdown; 0: no deadline
		took time.Duration
		says []string // nothing: all arrived
	}{
		{"all arrived", takes, hundred, 0, 0, nil},
		{"nothing to send", refuses(codes.Unavailable), func(*Provider) {}, 0, 0, nil},
		{
			"down", refuses(codes.Unavailable), hundred, 0, 5 * time.Second,
			[]string{"100 of 100 spans did not arrive at collector:4317", "shutdown 100", "UNAVAILABLE: no"},
		},
		{
			"down, little time", refuses(codes.Unavailable), hundred, 2 * time.Second, 2 * time.Second,
			[]string{"100 of 100", "UNAVAILABLE: no"},
		},
		{
			"down, full queue", refuses(codes.Unavailable), func(p *Provider) { emit(p, 9000) }, 0, 5 * time.Second,
			[]string{"9000 of 9000", "queue_full", "UNAVAILABLE: no"},
		},
		{
			"hangs", hangs, hundred, 0, 5 * time.Second,
			[]string{"100 of 100", "shutdown 100", "no answer in time"},
		},
		{"back in time", away(2 * time.Second), hundred, 0, 0, nil},
		{
			"refuses for good", refuses(codes.PermissionDenied), hundred, 0, 0,
			[]string{"100 of 100", "PERMISSION_DENIED 100", "PERMISSION_DENIED: no"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := setup(t, tt.wire)
				tt.work(p)
				ctx := t.Context()
				if tt.ctx > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.ctx)
					defer cancel()
				}
				begin := time.Now()
				err := p.Shutdown(ctx)
				if took := time.Since(begin); tt.says != nil && took != tt.took || took > 5*time.Second {
					t.Errorf("Shutdown took %v, want %v", took, tt.took)
				}
				if tt.says == nil {
					if err != nil {
						t.Errorf("Shutdown: %v", err)
					}
					return
				}
				says(t, err, tt.says...)
				if s := p.Stats(); s.Waiting != 0 || s.Dropped != s.Ended {
					t.Errorf("stats %+v: want every span accounted for", s)
				}
			})
		})
	}
}

// An exporter that does not even hear that it is over must not keep the program.
func TestShutdownLeavesAStuckExporterBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		p := setup(t, func(context.Context, []*tracepb.ResourceSpans) error { <-release; return nil })
		emit(p, 600)
		synctest.Wait()
		begin := time.Now()
		err := p.Shutdown(t.Context())
		if took := time.Since(begin); took != closeTimeout+grace {
			t.Errorf("Shutdown took %v", took)
		}
		says(t, err, "600 of 600", "shutdown 88", "on their way 512")
		close(release)
	})
}

func TestShutdownWithAContextThatHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, takes)
		emit(p, 10)
		if err := p.Shutdown(ended()); err != nil {
			says(t, err, "of 10 spans did not arrive", "shutdown")
		}
		if s := p.Stats(); s.Sent+s.Dropped != 10 {
			t.Errorf("stats %+v: want every span accounted for", s)
		}
	})
}

// The SDK asks no processor once the context has ended, and says so. Where all spans
// arrived and nobody else was there to be asked, that is no failure.
func TestShutdownWithAContextThatEndsWhenAllArrived(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts []Option
		want error
	}{
		{"alone", nil, nil},
		{"beside a processor of the program's", []Option{WithSpanProcessor(tracetest.NewSpanRecorder())}, context.Canceled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := setup(t, takes, tt.opts...)
				emit(p, 10)
				if err := p.queue.Shutdown(t.Context()); err != nil {
					t.Errorf("the queue lost spans: %v", err)
				}
				if err := p.Shutdown(ended()); !errors.Is(err, tt.want) {
					t.Errorf("Shutdown: %v, want %v", err, tt.want)
				}
			})
		})
	}
}

func TestTheFirstShutdownCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, refuses(codes.PermissionDenied))
		emit(p, 1)
		_, late := p.TracerProvider().Tracer("test").Start(t.Context(), "late")
		says(t, p.Shutdown(t.Context()), "1 of 1")
		if err := p.Shutdown(t.Context()); err != nil {
			t.Errorf("second Shutdown: %v", err)
		}
		if err := p.ForceFlush(t.Context()); err != nil {
			t.Errorf("ForceFlush after Shutdown: %v", err)
		}
		late.End()
		emit(p, 10)
		if s := p.Stats(); s.Waiting != 0 {
			t.Errorf("stats %+v: a span waits for a queue that is gone", s)
		}
	})
}

func TestASpanThatEndsDuringShutdownIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, hangs)
		emit(p, 1)
		_, late := p.TracerProvider().Tracer("test").Start(t.Context(), "late")
		var over sync.WaitGroup
		over.Go(func() { _ = p.Shutdown(t.Context()) })
		synctest.Wait()
		late.End()
		over.Wait()
		if got := p.Stats(); got.Ended != 2 || got.Causes[causeShutdown] != 2 {
			t.Errorf("stats %+v, want both spans lost to the shutdown", got)
		}
	})
}

func TestForceFlush(t *testing.T) {
	t.Run("sends what waits", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := setup(t, takes)
			emit(p, 1000)
			if err := p.ForceFlush(t.Context()); err != nil {
				t.Errorf("ForceFlush: %v", err)
			}
			if got := p.Stats().Sent; got != 1000 {
				t.Errorf("%d spans sent, want 1000", got)
			}
		})
	})
	t.Run("says what was lost", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := setup(t, refuses(codes.PermissionDenied))
			emit(p, 1000)
			says(t, p.ForceFlush(t.Context()), "1000 of 1000", "PERMISSION_DENIED")
			if err := p.ForceFlush(t.Context()); err != nil {
				t.Errorf("nothing was lost since, and ForceFlush says %v", err)
			}
		})
	})
	t.Run("does not wait for ever", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := setup(t, hangs)
			emit(p, 7)
			begin := time.Now()
			says(t, p.ForceFlush(t.Context()), "7 spans still wait for collector:4317", "deadline")
			if took := time.Since(begin); took != closeTimeout {
				t.Errorf("ForceFlush took %v", took)
			}
			says(t, p.ForceFlush(ended()), "canceled")
		})
	})
	t.Run("says nothing of a time that ended when nothing waits", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := setup(t, takes)
			emit(p, 7)
			if err := p.ForceFlush(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := p.queue.ForceFlush(ended()); err != nil {
				t.Errorf("all spans had arrived, and ForceFlush says %v", err)
			}
		})
	})
}

func TestAFullBatchIsSentAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, takes)
		emit(p, defaultBatch+1)
		synctest.Wait()
		if got := settled(p.Stats()); got.Sent != defaultBatch || got.Waiting != 1 {
			t.Errorf("stats %+v, want one batch sent and one span waiting", got)
		}
		time.Sleep(defaultDelay)
		synctest.Wait()
		if got := p.Stats().Sent; got != defaultBatch+1 {
			t.Errorf("%d spans sent after the delay", got)
		}
	})
}

// A burst while a request is on its way must not lie there until the timer comes.
func TestABurstBesideARequestIsSentAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		p := setup(t, func(context.Context, []*tracepb.ResourceSpans) error { <-gate; return nil })
		emit(p, defaultBatch)
		synctest.Wait()
		emit(p, 5*defaultBatch)
		close(gate)
		synctest.Wait()
		if got := p.Stats().Sent; got != 6*defaultBatch {
			t.Errorf("%d of %d spans sent before the delay", got, 6*defaultBatch)
		}
	})
}

func TestAFullQueueCountsWhatItDrops(t *testing.T) {
	t.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "80")
	t.Setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1000")
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, hangs)
		emit(p, 1000)
		synctest.Wait()
		s := p.Stats()
		if s.Ended != 1000 || s.Waiting != 70 || s.Causes[causeQueueFull] != 930 {
			t.Errorf("stats %+v, want 70 waiting and 930 dropped", s)
		}
	})
}

func TestAQueueIsBoundedInBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, hangs)
		prompt := attribute.String("gen_ai.input.messages", strings.Repeat("x", 1<<20))
		emit(p, 100, trace.WithAttributes(prompt))
		synctest.Wait()
		if s := p.Stats(); s.Waiting < 20 || s.Waiting > 32 || s.Dropped != 100-s.Waiting {
			t.Errorf("stats %+v, want about 28 MiB waiting", s)
		}
	})
	t.Run("but one span is taken, however large", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := setup(t, takes)
			emit(p, 1, trace.WithAttributes(attribute.String("huge", strings.Repeat("x", 2*maxWaiting))))
			if err := p.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			if s := p.Stats(); s.Sent != 1 || s.Cut != 1 {
				t.Errorf("stats %+v, want it sent, cut", s)
			}
		})
	})
}

// Calls that were allowed cannot bury one that was not, nor one with a secret in it.
func TestWhatIsVitalKeepsItsPlaceInAFullQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var refused, secrets, summaries int
		gate := make(chan struct{})
		p := setup(t, func(_ context.Context, rss []*tracepb.ResourceSpans) error {
			<-gate
			mu.Lock()
			defer mu.Unlock()
			for _, s := range spansOf(rss) {
				if strings.HasPrefix(s.GetName(), "refuse_tool") {
					refused++
				}
				if s.GetName() == "execute_tool read_page" {
					secrets++
				}
				if strings.HasPrefix(s.GetName(), "session") {
					summaries++
				}
			}
			return nil
		})
		tracer := governed(t, p)
		ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Agent: "flood"})
		if err != nil {
			t.Fatal(err)
		}
		for range defaultQueue + 1000 {
			_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "read_file"})
			if err != nil {
				t.Fatal(err)
			}
			span.End(nil)
		}
		if _, _, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "delete_file"}); err == nil {
			t.Fatal("delete_file was allowed")
		}
		token := []byte(`{"q":"ghp_` + strings.Repeat("a1B2c3D4", 4) + `e5F6"}`)
		_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "read_page", Arguments: token})
		span.End(&err)
		session.End(nil)
		if p.Stats().Causes[causeQueueFull] == 0 {
			t.Fatal("the queue never was full")
		}
		close(gate)
		_ = p.Shutdown(t.Context()) // says what was dropped
		if refused != 1 || secrets != 1 || summaries != 1 {
			t.Errorf("%d refusals, %d calls with a secret and %d summaries arrived, want one of each", refused, secrets, summaries)
		}
	})
}

// governed returns a tracer that records into p and allows read_* alone.
func governed(t testing.TB, p *Provider) *agentspan.Tracer {
	t.Helper()
	tracer, err := agentspan.New(agentspan.WithTracerProvider(p.TracerProvider()), agentspan.WithChecker(boundary.Tools("read_*")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tracer.Close(context.Background()) })
	return tracer
}

func TestWhatIsNotSampledIsNotCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, takes, WithSampler(sdktrace.NeverSample()))
		emit(p, 10)
		if got := p.Stats().Ended; got != 0 {
			t.Errorf("%d spans counted", got)
		}
	})
}

func TestAPanicInTheExporterIsContained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := true
		p := setup(t, func(context.Context, []*tracepb.ResourceSpans) error {
			if first {
				first = false
				panic("with a password in it")
			}
			return nil
		})
		emit(p, 1)
		err := p.ForceFlush(t.Context())
		says(t, err, "panic 1")
		if strings.Contains(err.Error(), "password") {
			t.Errorf("the error shows what the exporter panicked on: %v", err)
		}
		emit(p, 1)
		if err := p.ForceFlush(t.Context()); err != nil {
			t.Errorf("after the panic: %v", err)
		}
	})
}

// Whatever happens at once, every span is in exactly one place.
func TestStatsAddUpConcurrentSafe(t *testing.T) {
	t.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "500")
	t.Setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "100")
	n := 0
	p := setup(t, func(context.Context, []*tracepb.ResourceSpans) error {
		if n++; n%3 == 0 {
			return errBroken
		}
		return nil
	})
	var work, watch sync.WaitGroup
	stop := make(chan struct{})
	watch.Go(func() {
		for {
			if s := p.Stats(); s.Waiting < 0 || s.Ended != s.Sent+s.Waiting+s.Dropped {
				t.Errorf("stats do not add up: %+v", s)
				return
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	for range 4 {
		work.Go(func() { emit(p, 5000) })
	}
	work.Go(func() {
		for range 20 {
			_ = p.ForceFlush(t.Context()) // says what was lost
		}
	})
	work.Wait()
	_ = p.Shutdown(t.Context()) // says what was lost
	close(stop)
	watch.Wait()
	s := p.Stats()
	var causes int64
	for _, c := range s.Causes {
		causes += c
	}
	if s.Ended != 20_000 || s.Waiting != 0 || causes != s.Dropped || s.Causes[causeOther]+s.Causes["UNKNOWN"] == 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestTroubleIsToldOnceInAWhile(t *testing.T) {
	told := errorsTold(t)
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, refuses(codes.Unavailable))
		emit(p, 10)
		time.Sleep(defaultDelay + tellAfter - time.Second)
		synctest.Wait()
		if got := told(); len(got) != 0 {
			t.Errorf("told of a collector that may be back in a moment: %q", got)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		got := told()
		if len(got) != 3 {
			t.Fatalf("told %d times in ten minutes: %q", len(got), got)
		}
		says(t, errors.New(got[0]), "collector:4317 takes no spans, 10 wait", "UNAVAILABLE")
		says(t, errors.New(got[2]), "10 of 10 spans did not arrive", "UNAVAILABLE 10")
	})
}
