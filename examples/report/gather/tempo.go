package gather

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/semconv"
)

// Tempo is Tempo's query API, as documented for 2.6 to 3.0.
type Tempo struct {
	URL    string // http://localhost:3200
	Limit  int    // traces in one answer; 200 if zero
	Client Client
}

// Source is all of Tempo: TraceQL searches every service at once.
func (t *Tempo) Source(context.Context) (Source, error) {
	return Source{Kind: "tempo", Where: shown(t.URL)}, nil
}

// Least is the precision of the search.
func (*Tempo) Least() time.Duration { return time.Second }

// Widest is the default of query_frontend.search.max_duration: what is wider is
// refused.
func (*Tempo) Widest() time.Duration { return 168 * time.Hour }

func (t *Tempo) limit() int {
	if t.Limit > 0 {
		return t.Limit
	}
	return 200
}

// Find searches by TraceQL. Start and end are always given: without them Tempo
// looks at what is recent only.
func (t *Tempo) Find(ctx context.Context, _, session string, w Window) (ids []string, full bool, err error) {
	to := w.To.Unix()
	if w.To.Nanosecond() > 0 {
		to++
	}
	status, body, err := t.Client.get(ctx, t.URL, "/api/search", url.Values{
		"q":     {"{ span." + string(semconv.AmbitSessionIDKey) + " = " + quote(session) + " }"},
		"limit": {strconv.Itoa(t.limit())},
		"spss":  {"1"}, // one span of each trace is enough to find it
		"start": {strconv.FormatInt(w.From.Unix(), 10)},
		"end":   {strconv.FormatInt(to, 10)},
	})
	if err != nil {
		return nil, false, err
	}
	defer body.Close()
	if status == http.StatusNotFound {
		return nil, false, nil
	}
	var answer struct {
		Traces []struct {
			TraceID string `json:"traceID"` // without leading zeros
		} `json:"traces"`
	}
	err = json.NewDecoder(body).Decode(&answer)
	for _, tr := range answer.Traces {
		ids = append(ids, strings.Repeat("0", max(0, 32-len(tr.TraceID)))+tr.TraceID)
	}
	return ids, len(ids) >= t.limit(), err
}

// Trace reads a trace. Where there is no second version of the endpoint, the first
// one does not say whether the trace is whole.
func (t *Tempo) Trace(ctx context.Context, id string) (all []spans.Span, missing string, err error) {
	status, body, err := t.Client.get(ctx, t.URL, "/api/v2/traces/"+url.PathEscape(id), nil)
	if err != nil {
		return nil, "", err
	}
	defer body.Close()
	if status == http.StatusNotFound {
		return t.first(ctx, id)
	}
	var answer struct {
		Trace   json.RawMessage `json:"trace"`
		Status  string          `json:"status"`
		Message string          `json:"message"`
	}
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return nil, "", err
	}
	if answer.Status == "PARTIAL" {
		missing = "Tempo returned a part of it: " + answer.Message
	}
	if len(answer.Trace) == 0 {
		return nil, "was found, and is not there any more", nil
	}
	all, err = spans.Decode(strings.NewReader(string(answer.Trace)))
	return all, missing, err
}

func (t *Tempo) first(ctx context.Context, id string) (all []spans.Span, missing string, err error) {
	status, body, err := t.Client.get(ctx, t.URL, "/api/traces/"+url.PathEscape(id), nil)
	if err != nil {
		return nil, "", err
	}
	defer body.Close()
	if status == http.StatusNotFound {
		return nil, "was found, and is not there any more", nil
	}
	all, err = spans.Decode(body)
	return all, "", err
}

// quote writes a TraceQL string: a session id comes from a person's command line and
// must not become a part of the query.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + `"`
}
