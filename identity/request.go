package identity

// request.go finds the credentials of a request by its address as well as by its
// headers.

import (
	"encoding/hex"
	"net/url"
	"strings"
)

// FromRequest describes the credentials of a request to u: those that [FromHeader]
// finds in h, and those that the address carries: user information, and every
// credential in its query, which may be presigned. There are 16 at most, as in
// FromHeader, and a query longer than 16 KiB is passed over.
//
// Of some credentials the endpoint tells what they do not tell themselves. At
// GitHub's "/app" a JWT is that of the app named by its issuer, kind
// "github-app-jwt", and below "/app/installations/7" its account is
// "installation/7"; what is shown at "/installation" is an installation's token,
// whatever it looks like. GitHub's own host counts and "/api/v3" of any other, where
// GitHub Enterprise Server has its API (docs.github.com: REST API endpoints for
// GitHub Apps).
//
// A nil u tells nothing.
func FromRequest(u *url.URL, h map[string][]string, o InspectOptions) []Credential {
	found := FromHeader(h, o)
	if u == nil {
		return found
	}
	if o.Source == UnknownSource {
		o.Source = InHeader
	}
	if u.User != nil && len(found) < maxCredentials {
		if text := u.String(); len(text) <= maxMaterial {
			if c, ok := inspectURL([]byte(text), &o); ok {
				found = append(found, o.finish(c))
			}
		}
	}
	if len(u.RawQuery) <= maxMaterial {
		for c := range inQuery([]byte(u.RawQuery), &o) {
			if len(found) >= maxCredentials {
				break
			}
			found = append(found, o.finish(c))
		}
	}
	path, app := githubPath(u)
	for i := range found {
		if app {
			found[i].atGitHub(path)
		}
	}
	return found
}

// githubPath returns the path of a request to GitHub's REST API; false if u is none.
func githubPath(u *url.URL) (string, bool) {
	if strings.EqualFold(u.Hostname(), "api.github.com") {
		return u.Path, true
	}
	return strings.CutPrefix(u.Path, "/api/v3")
}

// atGitHub adds what an endpoint of GitHub's tells of a credential shown there.
func (c *Credential) atGitHub(path string) {
	head, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case head == "app" && c.Kind == "jwt":
		c.Kind, c.Subject, c.Issuer = "github-app-jwt", c.Issuer, "github"
		if id, ok := strings.CutPrefix(rest, "installations/"); ok {
			if id, _, _ = strings.Cut(id, "/"); id != "" && len(id) <= 20 && strings.Trim(id, "0123456789") == "" {
				c.Account = "installation/" + id
			}
		}
	case head == "installation" && c.Kind == "bearer":
		c.Kind, c.Issuer = githubInstallation, "github"
	}
}

const githubInstallation CredentialKind = "github-app-installation"

// legacyInstallation reports whether a password beside "x-access-token" is an
// installation's token of the form before 2021: "v1." and forty hex digits.
func legacyInstallation(user, password []byte) bool {
	if string(user) != "x-access-token" || len(password) != 43 || string(password[:3]) != "v1." {
		return false
	}
	_, err := hex.DecodeString(string(password[3:]))
	return err == nil
}
