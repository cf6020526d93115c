package intentmodel

import (
	_ "embed"
	"encoding/binary"
	"math"
	"slices"
)

// signs.txt, words.txt and model.txt are for people. A program that classifies one
// action and ends would spend milliseconds on reading them, so what they say is also
// part of the program as tables.bin, in the order in which it is taken up. It begins
// with the lengths of the three texts, since to read them for a checksum would take
// longer than all the rest: tables of other lengths are passed over, and the texts are
// read. A test holds that the tables are the texts' own.
//
//go:embed tables.bin
var tablesData string

// texts says what tables.bin is made of.
func texts() uint32 {
	return uint32(len(signsText))*31*31 + uint32(len(wordsText))*31 + uint32(len(modelText))
}

// appendTables appends the tables for l, w and m.
func appendTables(dst []byte, l *lexicon, w *wordlist, m *Model) []byte {
	e := encoder{dst}
	e.number(texts())
	e.number(uint32(len(l.signs)))
	for _, s := range l.signs[1:] {
		e.text(s.name)
		e.dst = append(e.dst, byte(s.class), s.tier)
	}
	e.table(&l.table)
	e.list(w.concepts)
	e.list(w.deeds)
	e.table(&w.words)
	e.table(&w.commands)
	e.table(&w.orders)
	e.text(m.Version)
	e.floats(m.Alarm, m.Suspect, m.Scale, m.Shift, m.Heat, m.Abstain, m.Bias)
	e.floats(m.ClassBias[:]...)
	e.floats(m.WorkBias[:]...)
	e.rows(len(m.Weights), func(i int) []float32 { return append([]float32{m.Weights[i].Suspicion}, m.Weights[i].Class[:]...) })
	e.rows(len(m.Work), func(i int) []float32 { return m.Work[i][:] })
	return e.dst
}

type encoder struct{ dst []byte }

func (e *encoder) number(n uint32) { e.dst = binary.LittleEndian.AppendUint32(e.dst, n) }

func (e *encoder) text(s string) {
	e.dst = append(e.dst, byte(len(s)))
	e.dst = append(e.dst, s...)
}

func (e *encoder) list(all []string) {
	e.number(uint32(len(all)))
	for _, s := range all {
		e.text(s)
	}
}

func (e *encoder) floats(all ...float32) {
	for _, f := range all {
		e.number(math.Float32bits(f))
	}
}

// rows writes the rows that are not all zero, with their numbers.
func (e *encoder) rows(n int, row func(int) []float32) {
	var some []int
	for i := range n {
		if slices.ContainsFunc(row(i), func(f float32) bool { return f != 0 }) {
			some = append(some, i)
		}
	}
	e.number(uint32(len(some)))
	for _, i := range some {
		e.number(uint32(i))
		e.floats(row(i)...)
	}
}

func (e *encoder) table(t *table) {
	e.number(uint32(t.mask))
	e.dst = append(append(e.dst, t.filter...), t.slots...)
}

// A decoder takes up what an encoder wrote. What is not whole ends it.
type decoder struct {
	src string
	bad bool
}

func (d *decoder) take(n int) string {
	if n < 0 || n > len(d.src) {
		d.bad, d.src = true, ""
		return ""
	}
	s := d.src[:n]
	d.src = d.src[n:]
	return s
}

func (d *decoder) number() uint32 {
	s := d.take(4)
	if len(s) < 4 {
		return 0
	}
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func (d *decoder) text() string {
	n := d.take(1)
	if n == "" {
		return ""
	}
	return d.take(int(n[0]))
}

func (d *decoder) list() []string {
	all := make([]string, min(d.number(), 1<<12))
	for i := range all {
		all[i] = d.text()
	}
	return all
}

func (d *decoder) float(to *float32) { *to = math.Float32frombits(d.number()) }

func (d *decoder) rows(n int, row func(i int) (first *float32, rest []float32)) {
	for range d.number() {
		i := int(d.number())
		if d.bad || i >= n {
			d.bad = true
			return
		}
		first, rest := row(i)
		if first != nil {
			d.float(first)
		}
		for k := range rest {
			d.float(&rest[k])
		}
	}
}

func (d *decoder) table() table {
	mask := uint64(d.number())
	t := table{mask: mask}
	if mask&(mask+1) != 0 || mask > 1<<20 {
		d.bad = true
		return t
	}
	t.filter, t.slots = d.take(filterSize), d.take(int(mask+1)*slotSize)
	return t
}

// tables takes up tables.bin; false if it is not that of the texts.
func tables() (l *lexicon, w *wordlist, m *Model, ok bool) {
	d := decoder{src: tablesData}
	if d.number() != texts() {
		return nil, nil, nil, false
	}
	l = &lexicon{names: make(map[string]sign, 1024)}
	l.signs = make([]signInfo, min(d.number(), maxSigns+1))
	for i := 1; i < len(l.signs); i++ {
		s := &l.signs[i]
		s.name = d.text()
		b := d.take(2)
		if d.bad || int(b[0]) >= classes || int(b[1]) >= len(l.byTier) {
			return nil, nil, nil, false
		}
		s.class, s.tier = Class(b[0]), b[1]
		l.names[s.name] = sign(i)
		l.byClass[s.class].add(sign(i))
		l.byTier[s.tier].add(sign(i))
	}
	l.table = d.table()
	l.finish()
	w = &wordlist{concepts: d.list(), deeds: d.list()}
	w.words, w.commands, w.orders = d.table(), d.table(), d.table()
	m = new(Model)
	m.Version = d.text()
	m.name = modelName + m.Version
	for _, f := range [...]*float32{&m.Alarm, &m.Suspect, &m.Scale, &m.Shift, &m.Heat, &m.Abstain, &m.Bias} {
		d.float(f)
	}
	for i := range m.ClassBias {
		d.float(&m.ClassBias[i])
	}
	for i := range m.WorkBias {
		d.float(&m.WorkBias[i])
	}
	d.rows(len(m.Weights), func(i int) (*float32, []float32) { return &m.Weights[i].Suspicion, m.Weights[i].Class[:] })
	d.rows(len(m.Work), func(i int) (*float32, []float32) { return nil, m.Work[i][:] })
	return l, w, m, !d.bad && d.src == ""
}
