package identity

// delegation.go reads who acts for whom out of tokens and claims.

import (
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
)

// ParseDelegation reads the delegation in a JWT that nobody verified: its subject
// is the owner and its act claim (RFC 8693 §4.1) the actors, the current one
// first. Without an act claim the OAuth client acts ("client_id" of RFC 9068,
// else "azp", else Entra ID's "appid"), unless it is the subject itself. Every
// party is [Parsed]. An authorization scheme before the token is skipped.
//
// It never fails on a chain: at most 16 actors are kept, the outermost ones, and
// what could not be read is named in Malformed ("act_not_object",
// "nested_act_not_object", "iss_not_string", "sub_not_string", "duplicate_claim",
// "too_deep"). It reports false if token is no JWT or longer than 16 KiB.
func ParseDelegation(token []byte) (Delegation, bool) {
	token = bare(token)
	if len(token) > maxMaterial {
		return Delegation{}, false
	}
	c := claims{chain: true}
	if n, ok := readJWT(token, &c); !ok || n != 3 {
		return Delegation{}, false
	}
	return c.delegation(Parsed), true
}

// DelegationFromClaims reads the delegation out of claims that the caller got
// from elsewhere: a library that verified a token, the introspection endpoint, or
// the Extra map of an MCP server's TokenInfo. It reads what [ParseDelegation]
// does; a is how well the claims are founded. Claims may hold what encoding/json
// makes of them or named types of the same kinds (jwt.MapClaims).
func DelegationFromClaims(m map[string]any, a Assurance) Delegation {
	c := claims{chain: true}
	c.takeMap(m, placeClaims, 1)
	return c.delegation(a)
}

// CredentialFromClaims describes a token by its claims, as [Inspect] does by the token
// itself, but for the fingerprint and the "kid", which are not among them; claims and
// a are as in [DelegationFromClaims]. Its kind is "jwt" where the claims tell of no
// other, whatever form the token had.
func CredentialFromClaims(m map[string]any, a Assurance) Credential {
	var c claims
	c.takeMap(m, placeClaims, 1)
	cred := c.credential()
	cred.Assurance = a
	return cred
}

// takeMap visits m as [walk] does JSON: in the order of the names, and containers
// after all else, so that the same map always reads the same.
func (c *claims) takeMap(m map[string]any, at place, depth int) {
	names := slices.Sorted(maps.Keys(m))
	for _, container := range []bool{false, true} {
		for _, name := range names {
			if v, content := goValue(m[name]); content.IsValid() == container {
				c.take([]byte(name), v, content, at, depth)
			}
		}
	}
}

func (c *claims) take(name []byte, v value, content reflect.Value, at place, depth int) {
	into := c.visit(at, depth, name, v)
	if into == placeNowhere {
		return
	}
	if depth == maxNesting { // also the end of a map that holds itself
		c.flag(tooDeep)
		return
	}
	switch content.Kind() {
	case reflect.Map:
		m := make(map[string]any, content.Len())
		for it := content.MapRange(); it.Next(); {
			m[it.Key().String()] = it.Value().Interface()
		}
		c.takeMap(m, into, depth+1)
	case reflect.Slice, reflect.Array:
		for i := range min(content.Len(), maxList) {
			v, content := goValue(content.Index(i).Interface())
			c.take(nil, v, content, into, depth+1)
		}
	}
}

// goValue returns the JSON value that a Go value stands for, and its content if
// it is a container.
func goValue(raw any) (value, reflect.Value) {
	switch x := raw.(type) {
	case nil:
		return value{kind: 'n'}, reflect.Value{}
	case string:
		return value{kind: '"', str: x}, reflect.Value{}
	case bool:
		return value{kind: 't'}, reflect.Value{}
	case json.Number:
		f, err := x.Float64()
		if err != nil {
			f = math.NaN()
		}
		return value{kind: '0', num: f}, reflect.Value{}
	}
	r := reflect.ValueOf(raw)
	switch r.Kind() {
	case reflect.String:
		return value{kind: '"', str: r.String()}, reflect.Value{}
	case reflect.Float32, reflect.Float64:
		return value{kind: '0', num: r.Float()}, reflect.Value{}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return value{kind: '0', num: float64(r.Int())}, reflect.Value{}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return value{kind: '0', num: float64(r.Uint())}, reflect.Value{}
	case reflect.Map:
		if r.Type().Key().Kind() == reflect.String {
			if r.IsNil() {
				return value{kind: 'n'}, reflect.Value{}
			}
			return value{kind: '{'}, r
		}
	case reflect.Slice, reflect.Array:
		return value{kind: '['}, r
	}
	return value{kind: '?'}, reflect.Value{} // no claim is of any other type
}
