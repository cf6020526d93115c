package journal

// The form of a State in a record: every hook reads one and writes one, and what
// encoding/json has to find out about the types takes a process that does it once longer
// than all else that it does with the file.

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

var errState = errors.New("journal: a state that is not whole")

// form is the version of what [coder.state] goes through.
const form = 1

// MarshalText writes s in the form of a record.
func (s State) MarshalText() ([]byte, error) { return s.appendText(nil), nil }

func (s *State) appendText(dst []byte) []byte {
	c := coder{buf: make([]byte, 1, 4096)}
	c.buf[0] = form
	c.state(s)
	return base64.RawStdEncoding.AppendEncode(dst, c.buf)
}

// UnmarshalText reads what MarshalText wrote.
func (s *State) UnmarshalText(text []byte) error {
	buf := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
	n, err := base64.RawStdEncoding.Decode(buf, text)
	if err != nil || n == 0 || buf[0] != form {
		return errState
	}
	c := coder{buf: buf[1:n], reads: true}
	var fresh State
	c.state(&fresh)
	if c.bad || len(c.buf) > 0 {
		return errState
	}
	*s = fresh
	return nil
}

// A coder writes values, or reads them in the same order: one way through a State
// serves both.
type coder struct {
	buf   []byte
	reads bool
	bad   bool // what is read is not whole
}

func (c *coder) state(s *State) {
	c.int(&s.Seq)
	c.time(&s.Last)
	c.int(&s.Epoch)
	c.text(&s.Turn)
	c.int(&s.Turns)
	c.flags(&s.Open, &s.Ended, &s.Suspended, &s.Listens)
	c.labels(&s.Labels)
	list(c, &s.Actors, c.actor)
	list(c, &s.Calls, c.running)
	list(c, &s.Policy, c.text)
	list(c, &s.Asks, c.time)
	list(c, &s.Agreed, c.text)
	told := slices.Sorted(maps.Keys(s.Told))
	list(c, &told, c.text)
	if c.reads && len(told) > 0 {
		s.Told = make(map[string]bool, len(told))
		for _, k := range told {
			s.Told[k] = true
		}
	}
	c.info(&s.Info)
}

func (c *coder) info(i *Info) {
	for _, p := range [...]*string{
		&i.Dialect, &i.Agent, &i.Version, &i.Model, &i.Git, &i.Dir, &i.Root, &i.Home, &i.Repo, &i.Branch, &i.Mode, &i.Parent,
	} {
		c.text(p)
	}
	c.principal(&i.Owner)
	c.principal(&i.Actor)
	list(c, &i.Servers, c.text)
	list(c, &i.Local, c.text)
	c.time(&i.Start)
	c.other(len(i.Accounts) > 0, &i.Accounts)
}

func (c *coder) principal(p *identity.Principal) {
	kind, assurance := int(p.Kind), int(p.Assurance)
	c.int(&kind)
	c.int(&assurance)
	p.Kind, p.Assurance = identity.Kind(kind), identity.Assurance(assurance)
	c.text(&p.ID)
	c.text(&p.Issuer)
}

func (c *coder) actor(a *Actor) {
	c.text(&a.ID)
	c.wide(&a.Seq)
	c.int(&a.Calls)
	c.int(&a.Refused)
	c.int(&a.InFlight)
	mind := string(a.Mind)
	c.text(&mind)
	if c.reads && mind != "" {
		a.Mind = []byte(mind)
	}
	c.result(&a.Intent)
	c.other(len(a.Uses) > 0, &a.Uses)
}

func (c *coder) result(r *intent.Result) {
	label := string(r.Label)
	c.text(&label)
	r.Label = intent.Label(label)
	c.float(&r.Score)
	c.float(&r.Drift)
	c.flags(&r.Anomalous, &r.Injected)
	list(c, &r.Evidence, c.int)
	c.text(&r.Classifier)
	c.int(&r.Departed)
}

func (c *coder) running(r *Running) {
	for _, p := range [...]*string{&r.ID, &r.Tool, &r.Args, &r.Actor, &r.Prompt, &r.Server, &r.Asked} {
		c.text(p)
	}
	c.time(&r.At)
	c.flags(&r.Refused, &r.Ask)
	c.labels(&r.Brings)
}

func (c *coder) labels(l *Labels) {
	c.flags(&l.Secret, &l.Untrusted, &l.Private, &l.Switched, &l.Privileged, &l.Lost)
}

func (c *coder) int(p *int) {
	v := int64(*p)
	c.wide(&v)
	*p = int(v)
}

func (c *coder) wide(p *int64) {
	if !c.reads {
		c.buf = binary.AppendVarint(c.buf, *p)
		return
	}
	v, n := binary.Varint(c.buf)
	if n <= 0 {
		c.bad, c.buf = true, nil
		return
	}
	*p, c.buf = v, c.buf[n:]
}

func (c *coder) text(p *string) {
	n := len(*p)
	c.int(&n)
	if !c.reads {
		c.buf = append(c.buf, *p...)
		return
	}
	if n < 0 || n > len(c.buf) {
		c.bad, c.buf = true, nil
		return
	}
	*p, c.buf = string(c.buf[:n]), c.buf[n:]
}

func (c *coder) float(p *float64) {
	if !c.reads {
		c.buf = binary.LittleEndian.AppendUint64(c.buf, math.Float64bits(*p))
		return
	}
	if len(c.buf) < 8 {
		c.bad, c.buf = true, nil
		return
	}
	*p, c.buf = math.Float64frombits(binary.LittleEndian.Uint64(c.buf)), c.buf[8:]
}

func (c *coder) flags(all ...*bool) {
	bits := 0
	for i, p := range all {
		if *p {
			bits |= 1 << i
		}
	}
	c.int(&bits)
	for i, p := range all {
		*p = bits&(1<<i) != 0
	}
}

// time keeps microseconds, in UTC; the zero time is one.
func (c *coder) time(p *time.Time) {
	at := p.UnixMicro()
	if p.IsZero() {
		at = math.MinInt64
	}
	c.wide(&at)
	if c.reads && at != math.MinInt64 && !c.bad {
		*p = time.UnixMicro(at).UTC()
	}
}

// other is for what is seldom there: JSON will do.
func (c *coder) other(there bool, p any) {
	c.flags(&there)
	if !there || c.bad {
		return
	}
	var text string
	if !c.reads {
		b, err := json.Marshal(p)
		if err != nil {
			b = []byte("null")
		}
		text = string(b)
	}
	c.text(&text)
	if c.reads && json.Unmarshal([]byte(text), p) != nil {
		c.bad = true
	}
}

// list goes through a list whose elements take a byte at least.
func list[T any](c *coder, p *[]T, each func(*T)) {
	n := len(*p)
	c.int(&n)
	if c.reads {
		if n < 0 || n > len(c.buf) {
			c.bad, c.buf = true, nil
			return
		}
		if n > 0 {
			*p = make([]T, n)
		}
	}
	for i := range *p {
		each(&(*p)[i])
	}
}
