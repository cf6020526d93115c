package agentspan_test

import (
	"context"
	"sync"
	"testing"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/semconv"
)

// A webbed value refers to itself in many ways: it has more paths than anybody
// can follow.
type webbed struct{ To []*webbed }

func TestAResultThatRefersToItselfIsReadInBoundedTime(t *testing.T) {
	w := &webbed{}
	for range 100 {
		w.To = append(w.To, w)
	}
	tracer, _ := agentspantest.New(t)
	ctx, _ := start(t, tracer, agentspan.Session{Owner: ada})
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, func(context.Context) (*webbed, error) { return w, nil }); err != nil {
		t.Error(err)
	}
}

// A live value is still used by others, as a response or a client is: what it guards
// is not ours to read.
type live struct {
	Said string
	*locked
}

type locked struct {
	mu    sync.Mutex
	cache map[int]string
}

func (g *locked) put(i int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cache[i%100] = "value"
}

func TestAResultThatOthersStillUseIsConcurrentSafe(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	ctx, _ := start(t, tracer, session())
	v := &live{Said: "it is " + githubToken("ghp_", "a"), locked: &locked{cache: map[int]string{}}}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				v.put(i)
			}
		}
	})
	for range 500 {
		if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, func(context.Context) (*live, error) { return v, nil }); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()
	if got := value(find(rec.Spans(), "execute_tool x"), semconv.AmbitSecretKindKey); got == "" {
		t.Error("what the result shows was not looked at")
	}
}
