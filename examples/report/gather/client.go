package gather

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Client asks a query API. The zero value is ready to use.
type Client struct {
	Header http.Header // goes with every request: a tenant, a token
	HTTP   *http.Client
}

// maxAnswer bounds one answer: a trace of 5,000 calls has some 15 MB.
const maxAnswer = 512 << 20

var errAway = errors.New("redirect to another host or scheme refused: what the headers hold is for this one alone")

// get returns the status and the body of an answer, to be closed. A status other
// than 200 and 404 is an error.
func (c *Client) get(ctx context.Context, base, path string, query url.Values) (status int, body io.ReadCloser, err error) {
	address := strings.TrimRight(base, "/") + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // without the address, which is not what it should be and may hold a password
		}
		return 0, nil, fmt.Errorf("the address of the query API: %w", err)
	}
	maps.Copy(req.Header, c.Header)
	req.Header.Set("Accept", "application/json")
	res, err := c.client().Do(req)
	if err != nil {
		return 0, nil, err
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusNotFound {
		said, _ := io.ReadAll(io.LimitReader(res.Body, 300))
		_ = res.Body.Close()
		return 0, nil, fmt.Errorf("%s%s: %s: %s", shown(base), path, res.Status, strings.TrimSpace(string(said)))
	}
	return res.StatusCode, struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, maxAnswer), res.Body}, nil
}

// shown is an address without the password that it may hold: reports are passed on.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that is none"
	}
	return u.Redacted()
}

func (c *Client) client() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return &http.Client{
		Timeout: 5 * time.Minute,
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if len(via) > 5 || req.URL.Host != via[0].URL.Host || req.URL.Scheme != via[0].URL.Scheme {
				return errAway
			}
			return nil
		},
	}
}

// Headers reads "Name: value" lines.
func Headers(text string) (http.Header, error) {
	h := http.Header{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, errors.New(`a header is not of the form "Name: value"`) // which it is stays unsaid: it may hold a token
		}
		h.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return h, nil
}
