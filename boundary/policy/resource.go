package policy

import (
	"errors"
	"strings"
)

// A resourcePattern matches the targets of resource effects: each field it names
// must be known and match. Fields it does not name may be anything.
type resourcePattern struct {
	fields []resourceField
}

type resourceField struct {
	name string // "provider" for the provider
	any  []glob
}

var errNoFields = errors.New("no field is named, so this would match every resource")

// match reports whether target is one of the pattern's. For a prohibition a
// field that is not known may be anything.
func (r *resourcePattern) match(target string, e *env, forbids bool) bool {
	provider, rest, ok := strings.Cut(target, ":")
	if !ok {
		return forbids
	}
	for i := range r.fields {
		f := &r.fields[i]
		value, known := provider, true
		if f.name != "provider" {
			value, known = fieldOf(rest, f.name)
		}
		if !known {
			if forbids {
				continue
			}
			return false
		}
		if !anyGlob(f.any, value, e, forbids) {
			return false
		}
	}
	return true
}

// fieldOf returns the value of a field in the part of a resource's canonical
// form that follows the provider; see effect.ResourceID.String.
func fieldOf(fields, name string) (string, bool) {
	for fields != "" {
		var pair string
		pair, fields, _ = strings.Cut(fields, ",")
		k, v, ok := strings.Cut(pair, "=")
		if !ok {
			return "", false
		}
		if k == name {
			if strings.IndexByte(v, '%') >= 0 {
				v = resourceUnescaper.Replace(v)
			}
			return v, true
		}
	}
	return "", false
}

var resourceUnescaper = strings.NewReplacer("%2C", ",", "%3D", "=", "%25", "%")

// anyGlob reports whether one of the patterns matches s.
func anyGlob(patterns []glob, s string, e *env, forbids bool) bool {
	for i := range patterns {
		if forbids {
			if patterns[i].matchUnset(s, e, whole, false) {
				return true
			}
			continue
		}
		if patterns[i].match(s, e, whole, false) {
			return true
		}
	}
	return false
}
