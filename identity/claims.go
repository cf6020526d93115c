package identity

// claims.go holds the claims of a token that say who somebody is, whatever they
// are read from: a JWT's payload (jwt.go) or a map of claims that another library
// verified. Sources: RFC 7519 (registered claims), RFC 8693 §4 (act), RFC 9068
// (access tokens), RFC 7800, 8705 and 9449 (cnf), draft-mora-oauth-entity-profiles-01
// (sub_profile, client_profile), Kubernetes' and Entra ID's token references.

import (
	"slices"
	"strings"
	"time"
)

const (
	placeNowhere place = iota
	placeHeader
	placeClaims
	placeAudience
	placeScopes
	placeConfirmation
	placeKubernetes
	placeKubernetesPod
	placeKubernetesAccount
	placeActor
)

// maxActors is how many actors of a chain are kept, the outermost ones. RFC 8693
// sets no limit; a chain of more than a handful has not been seen in practice.
const maxActors = 16

// maxTime is the last second of the year 9999, beyond which a date is a mistake
// or an attack: it counts as absent.
const maxTime = 253402300799

type claims struct {
	alg, typ, kid string // of the header

	iss, sub, jti, email         string
	clientID, azp, appID         string
	oid, tid, idtyp, mirid, uti  string
	organization, tenant, grant  string
	subProfile, clientProfile    string
	namespace, account, pod      string // Kubernetes
	legacyNamespace, legacyName  string // Kubernetes, tokens made from secrets
	audience, scopes             []string
	issued, expires              time.Time
	confirmed, keyBound, certain bool // cnf is there; it binds to a DPoP key; to a certificate
	person                       bool // claims that only a person's sign-in leaves

	chain     bool // the act claim is wanted
	hasAct    bool // and is there, readable or not
	actors    []Principal
	hopSeen   [maxActors]uint8
	truncated int
	malformed string
	seen      uint64
}

// flag records why the claims could not be read as they should; the first reason
// stands, since it is the outermost.
func (c *claims) flag(reason string) {
	if c.malformed == "" {
		c.malformed = reason
	}
}

// Reasons a delegation is malformed, as in [Delegation].
const (
	actNotObject       = "act_not_object"
	nestedActNotObject = "nested_act_not_object"
	issNotString       = "iss_not_string"
	subNotString       = "sub_not_string"
	duplicateClaim     = "duplicate_claim"
	tooDeep            = "too_deep"
)

// text returns where the string claim of that name goes, and its number for the
// detection of duplicates.
func (c *claims) text(name []byte) (*string, uint) {
	switch string(name) {
	case "iss":
		return &c.iss, 1
	case "sub":
		return &c.sub, 2
	case "jti":
		return &c.jti, 3
	case "email":
		return &c.email, 4
	case "client_id":
		return &c.clientID, 5
	case "azp":
		return &c.azp, 6
	case "appid":
		return &c.appID, 7
	case "oid":
		return &c.oid, 8
	case "tid":
		return &c.tid, 9
	case "idtyp":
		return &c.idtyp, 10
	case "xms_mirid":
		return &c.mirid, 11
	case "uti":
		return &c.uti, 12
	case "org_id":
		return &c.organization, 13
	case "tenant_id":
		return &c.tenant, 14
	case "gty":
		return &c.grant, 15
	case "sub_profile":
		return &c.subProfile, 16
	case "client_profile":
		return &c.clientProfile, 17
	case "kubernetes.io/serviceaccount/namespace":
		return &c.legacyNamespace, 18
	case "kubernetes.io/serviceaccount/service-account.name":
		return &c.legacyName, 19
	}
	return nil, 0
}

// twice records that the claim of that number is there, and reports whether it
// was before: an ambiguous claim counts as absent.
func (c *claims) twice(number uint) bool {
	bit := uint64(1) << number
	if c.seen&bit != 0 {
		c.flag(duplicateClaim)
		return true
	}
	c.seen |= bit
	return false
}

// visit takes in one claim; it is what [walk] calls.
func (c *claims) visit(at place, depth int, name []byte, v value) place {
	switch at {
	case placeClaims:
		return c.visitClaim(name, v)
	case placeActor:
		return c.visitActor(depth-2, name, v)
	case placeAudience:
		c.audience = appendText(c.audience, v)
	case placeScopes:
		c.scopes = appendText(c.scopes, v)
	case placeHeader:
		if s, ok := v.text(); ok {
			switch string(name) {
			case "alg":
				c.alg = s
			case "typ":
				c.typ = s
			case "kid":
				c.kid = s
			}
		}
	case placeConfirmation:
		c.keyBound = c.keyBound || string(name) == "jkt"
		c.certain = c.certain || string(name) == "x5t#S256"
	case placeKubernetes:
		switch string(name) {
		case "namespace":
			c.namespace, _ = v.text()
		case "serviceaccount":
			return placeKubernetesAccount
		case "pod":
			return placeKubernetesPod
		}
	case placeKubernetesAccount:
		if string(name) == "name" {
			c.account, _ = v.text()
		}
	case placeKubernetesPod:
		if string(name) == "name" {
			c.pod, _ = v.text()
		}
	}
	return placeNowhere
}

func (c *claims) visitClaim(name []byte, v value) place {
	if p, number := c.text(name); p != nil {
		if c.twice(number) {
			*p = ""
			return placeNowhere
		}
		s, ok := v.text()
		if !ok && v.kind != 'n' {
			switch number {
			case 1:
				c.flag(issNotString)
			case 2:
				c.flag(subNotString)
			}
		}
		*p = s
		return placeNowhere
	}
	switch string(name) {
	case "aud":
		if c.twice(32) {
			c.audience = nil
			return placeNowhere
		}
		c.audience = appendText(c.audience, v)
		return within(v, '[', placeAudience)
	case "scope", "scp":
		if s, ok := v.text(); ok {
			for word := range strings.FieldsSeq(s) {
				c.scopes = appendName(c.scopes, word)
			}
		}
		return within(v, '[', placeScopes)
	case "roles", "permissions":
		return within(v, '[', placeScopes)
	case "exp":
		c.expires = date(v, c.twice(33))
	case "iat":
		c.issued = date(v, c.twice(34))
	case "cnf":
		c.confirmed = v.kind == '{'
		return within(v, '{', placeConfirmation)
	case "kubernetes.io":
		return within(v, '{', placeKubernetes)
	case "act":
		return c.enter(0, v, c.twice(35))
	case "auth_time", "amr", "nonce", "preferred_username", "upn", "unique_name", "given_name", "family_name":
		c.person = true
	}
	return placeNowhere
}

// Bits of what was seen of one actor.
const (
	hopIssuer = 1 << iota
	hopSubject
	hopProfile
	hopAct
)

func (c *claims) visitActor(hop int, name []byte, v value) place {
	if string(name) == "act" {
		duplicate := false
		if hop < maxActors {
			duplicate = c.hopSeen[hop]&hopAct != 0
			c.hopSeen[hop] |= hopAct
		}
		return c.enter(hop+1, v, duplicate)
	}
	if hop >= maxActors || hop >= len(c.actors) {
		return placeNowhere
	}
	p, seen := &c.actors[hop], &c.hopSeen[hop]
	var bit uint8
	switch string(name) {
	case "iss":
		bit = hopIssuer
	case "sub":
		bit = hopSubject
	case "sub_profile":
		bit = hopProfile
	default:
		return placeNowhere
	}
	s, ok := v.text()
	if *seen&bit != 0 {
		c.flag(duplicateClaim)
		s, ok = "", true
	}
	*seen |= bit
	switch bit {
	case hopIssuer:
		if p.Issuer = clean(s); !ok {
			c.flag(issNotString)
		}
	case hopSubject:
		if p.ID = clean(s); !ok {
			c.flag(subNotString)
		}
	case hopProfile:
		p.Kind = profileKind(s)
	}
	return placeNowhere
}

// enter begins the actor of that number, 0 for the current one, if v is one.
func (c *claims) enter(hop int, v value, duplicate bool) place {
	switch {
	case !c.chain, v.kind == 'n' && !duplicate: // null says what absence says
		return placeNowhere
	}
	c.hasAct = true
	switch {
	case duplicate: // which of the two acts? Nobody inside either may be believed.
		c.flag(duplicateClaim)
		if c.actors = c.actors[:min(hop, len(c.actors))]; hop == 0 {
			c.actors = nil
		}
		return placeNowhere
	case hop+2 > maxNesting:
		c.flag(tooDeep)
		return placeNowhere
	case v.kind != '{':
		if hop == 0 {
			c.flag(actNotObject)
		} else {
			c.flag(nestedActNotObject)
		}
		return placeNowhere
	}
	if hop < maxActors {
		c.actors = append(c.actors, Principal{})
	} else {
		c.truncated++
	}
	return placeActor
}

// within returns to if v is a container of that kind.
func within(v value, kind byte, to place) place {
	if v.kind == kind {
		return to
	}
	return placeNowhere
}

func appendText(list []string, v value) []string {
	if s, ok := v.text(); ok {
		list = appendName(list, s)
	}
	return list
}

func appendName(list []string, s string) []string {
	if s == "" || len(list) == maxList {
		return list
	}
	if s = clean(s); slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// date returns the time that v, a NumericDate (RFC 7519 §2), stands for; the zero
// time if it is there twice, is no number, or lies outside the years 1970 to 9999.
func date(v value, duplicate bool) time.Time {
	f, ok := v.number()
	if duplicate || !ok || f < 1 || f > maxTime {
		return time.Time{}
	}
	return time.Unix(int64(f), 0).UTC()
}

// profileKind returns the kind that an entity profile names: a list of words, of
// which the most telling counts.
func profileKind(profile string) Kind {
	kind := UnknownKind
	for word := range strings.FieldsSeq(profile) {
		switch word {
		case "ai_agent":
			return Agent
		case "user":
			kind = Human
		case "device":
			kind = Device
		case "workload":
			kind = Workload
		case "service", "client", "web_app", "native_app", "browser_app":
			if kind == UnknownKind {
				kind = Service
			}
		}
	}
	return kind
}

// client returns the OAuth client the token was issued to.
func (c *claims) client() string {
	switch {
	case c.clientID != "":
		return c.clientID
	case c.azp != "":
		return c.azp
	}
	return c.appID
}

// owner returns whom the token is about.
func (c *claims) owner() Principal {
	p := Principal{ID: clean(c.sub), Issuer: clean(c.iss)}
	switch {
	case c.kubernetes():
		p.Kind = Workload
		if p.ID == "" && c.twoNames() {
			p.ID = c.serviceAccount()
		}
	case strings.HasPrefix(c.sub, spiffeScheme):
		p.Kind = Workload
	case c.entra():
		// "oid" is the same in every application and what Entra's logs show; "sub" is
		// made for one application (Entra ID, access token claims reference).
		if c.oid != "" {
			p.ID = clean(c.oid)
		}
		switch {
		case c.mirid != "":
			p.Kind = Workload
		case c.idtyp == "app":
			p.Kind = Service
		case c.idtyp == "user" || c.person:
			p.Kind = Human
		}
	case strings.HasSuffix(c.email, gcpServiceAccounts):
		p.Kind, p.ID = Service, clean(c.email)
	case strings.HasSuffix(c.iss, gcpServiceAccounts):
		p.Kind = Service
	case c.iss == githubActions:
		p.Kind = Workload
	case c.grant == "client-credentials", c.sub != "" && c.sub == c.client():
		p.Kind = Service
	case c.person:
		p.Kind = Human
	}
	if k := profileKind(c.subProfile); k != UnknownKind {
		p.Kind = k
	}
	return p
}

// delegation returns the chain, every party with assurance a.
func (c *claims) delegation(a Assurance) Delegation {
	d := Delegation{Owner: c.owner(), Actors: c.actors, Truncated: c.truncated, Malformed: c.malformed}
	if !c.hasAct { // the client acts, unless it is the subject
		if id := c.client(); id != "" && id != c.sub {
			kind := profileKind(c.clientProfile)
			if kind == UnknownKind {
				kind = Service
			}
			d.Actors = []Principal{{Kind: kind, ID: clean(id), Issuer: clean(c.iss)}}
		}
	}
	for i := range d.Actors {
		// Without an issuer of its own an actor is one of the token's issuer (RFC 8693 §4.1).
		if p := &d.Actors[i]; p.ID != "" && p.Issuer == "" {
			p.Issuer = clean(c.iss)
		}
		d.Actors[i].Assurance = a
	}
	if !d.Owner.IsZero() {
		d.Owner.Assurance = a
	}
	return d
}
