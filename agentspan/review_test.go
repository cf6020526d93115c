package agentspan_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/policy"
)

func TestAPolicyThatIsDueForReviewIsToldOnceADay(t *testing.T) {
	p, err := policy.Parse("p.yaml", []byte("{version: 1, id: p, review_by: 2000-01-02}"), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, checker := range map[string]boundary.Checker{
		"a policy": p, "among others": boundary.All(boundary.Tools("*"), boundary.Named("org", p)), "on trial": boundary.Shadow(p),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // begins at midnight of 2000-01-01, UTC
				due := 0
				tracer, _ := agentspantest.New(t, agentspan.WithChecker(checker), agentspan.WithSignalHandler(func(_ context.Context, s agentspan.Signal) {
					if s.Kind == agentspan.SignalPolicyReview && s.Session != "" {
						due++
					}
				}))
				var got []int
				for _, wait := range []time.Duration{0, 47 * time.Hour, 2 * time.Hour, time.Hour, 24 * time.Hour} {
					time.Sleep(wait)
					for range 3 {
						_, s, _ := tracer.StartSession(t.Context(), agentspan.Session{Owner: ada})
						s.End(nil)
					}
					synctest.Wait()
					got = append(got, due)
				}
				if want := [5]int{0, 0, 1, 1, 2}; [5]int(got) != want {
					t.Errorf("told %v times, want %v", got, want)
				}
				_ = tracer.Close(t.Context())
			})
		})
	}
}
