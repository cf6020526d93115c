package effect

import (
	"slices"
	"strings"
)

// A ResourceID names a cloud or cluster object: who provides it and what sets it
// apart. It is the structured form of the Target of a [Resource] effect.
type ResourceID struct {
	Provider string            // "aws", "gcp", "azure", "k8s", "terraform", "vault", "docker", "ssh"
	Fields   map[string]string // "account", "region", "cluster", "namespace", "service", "kind", "name" …; unknown ones are absent
}

// String returns the canonical form: the provider, a colon, and field=value
// pairs in the order of their names, joined by commas. Commas, percent and
// equals signs inside values are percent-encoded.
func (r ResourceID) String() string {
	var b strings.Builder
	b.WriteString(r.Provider)
	b.WriteByte(':')
	keys := make([]string, 0, len(r.Fields))
	for k := range r.Fields {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(resourceEscaper.Replace(k))
		b.WriteByte('=')
		b.WriteString(resourceEscaper.Replace(r.Fields[k]))
	}
	return b.String()
}

var (
	resourceEscaper   = strings.NewReplacer("%", "%25", ",", "%2C", "=", "%3D")
	resourceUnescaper = strings.NewReplacer("%2C", ",", "%3D", "=", "%25", "%")
)

// ParseResource reads the form that [ResourceID.String] writes. It reports
// false for anything else.
func ParseResource(s string) (ResourceID, bool) {
	provider, rest, ok := strings.Cut(s, ":")
	if !ok || provider == "" {
		return ResourceID{}, false
	}
	r := ResourceID{Provider: provider, Fields: map[string]string{}}
	if rest == "" {
		return r, true
	}
	for pair := range strings.SplitSeq(rest, ",") {
		k, v, ok := strings.Cut(pair, "=")
		if !ok || k == "" {
			return ResourceID{}, false
		}
		r.Fields[resourceUnescaper.Replace(k)] = resourceUnescaper.Replace(v)
	}
	return r, true
}
