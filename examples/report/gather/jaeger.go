package gather

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/semconv"
)

// Jaeger is Jaeger's query API, v1 for searching, since v3 of Jaeger 2.13 cannot
// search by attribute, and v3 for reading, since it is OTLP.
type Jaeger struct {
	URL    string // http://localhost:16686
	Limit  int    // traces in one answer; 200 if zero
	Client Client
}

// Source lists the services.
func (j *Jaeger) Source(ctx context.Context) (Source, error) {
	var answer struct {
		Data []string `json:"data"`
	}
	if err := j.ask(ctx, "/api/services", nil, &answer); err != nil {
		return Source{}, err
	}
	slices.Sort(answer.Data)
	return Source{Kind: "jaeger", Where: shown(j.URL), Services: answer.Data}, nil
}

// Least is the precision of the search.
func (*Jaeger) Least() time.Duration { return time.Microsecond }

// Widest is any.
func (*Jaeger) Widest() time.Duration { return 0 }

func (j *Jaeger) limit() int {
	if j.Limit > 0 {
		return j.Limit
	}
	return 200
}

// Find searches the spans of one service by tag.
func (j *Jaeger) Find(ctx context.Context, service, session string, w Window) (ids []string, full bool, err error) {
	if service == "" {
		return nil, false, nil // no service has sent anything
	}
	tags, err := json.Marshal(map[string]string{string(semconv.AmbitSessionIDKey): session})
	if err != nil {
		return nil, false, err
	}
	var answer struct {
		Data []struct {
			TraceID string `json:"traceID"`
		} `json:"data"`
	}
	err = j.ask(ctx, "/api/traces", url.Values{
		"service": {service},
		"tags":    {string(tags)},
		"limit":   {strconv.Itoa(j.limit())},
		"start":   {strconv.FormatInt(max(w.From.UnixMicro(), 1), 10)}, // 0 would be two days ago
		"end":     {strconv.FormatInt(w.To.UnixMicro(), 10)},
	}, &answer)
	for _, d := range answer.Data {
		ids = append(ids, d.TraceID)
	}
	return ids, len(ids) >= j.limit(), err
}

// Trace reads a trace whole.
func (j *Jaeger) Trace(ctx context.Context, id string) (all []spans.Span, missing string, err error) {
	status, body, err := j.Client.get(ctx, j.URL, "/api/v3/traces/"+url.PathEscape(id), nil)
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

func (j *Jaeger) ask(ctx context.Context, path string, query url.Values, v any) error {
	status, body, err := j.Client.get(ctx, j.URL, path, query)
	if err != nil {
		return err
	}
	defer body.Close()
	if status == http.StatusNotFound {
		return nil
	}
	return json.NewDecoder(body).Decode(v)
}
