package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/ambit-go/ambit/internal/eval/rows"
)

type secretRow struct {
	ID     string   `json:"id"`
	Group  string   `json:"group"`
	Text   string   `json:"text"`
	Secret bool     `json:"is_secret"`
	Kind   string   `json:"kind"`
	Values []string `json:"values"`
}

type secretAnswer struct {
	ID     string   `json:"id"`
	Found  bool     `json:"found"`
	Values []string `json:"values"`
}

// A tally counts rows: right and wrong, by what was said about them.
type tally struct {
	tp, fp, fn, tn int
	located        int // found rows of which a value, where the label has one, was found too
}

func (t *tally) add(r *secretRow, a *secretAnswer) {
	switch {
	case r.Secret && a.Found:
		t.tp++
		if located(r, a) {
			t.located++
		}
	case r.Secret:
		t.fn++
	case a.Found:
		t.fp++
	default:
		t.tn++
	}
}

// located reports whether something found overlaps something labelled.
func located(r *secretRow, a *secretAnswer) bool {
	if len(r.Values) == 0 {
		return true
	}
	for _, v := range r.Values {
		for _, w := range a.Values {
			if strings.Contains(v, w) || strings.Contains(w, v) {
				return true
			}
		}
	}
	return false
}

func (t tally) precision() float64 { return ratio(t.tp, t.tp+t.fp) }
func (t tally) recall() float64    { return ratio(t.tp, t.tp+t.fn) }
func (t tally) f1() float64        { return ratio(2*t.tp, 2*t.tp+t.fp+t.fn) }

// secrets prints M9: precision, recall and F1 by file, and within a file by group and kind.
func secrets(w io.Writer, o options, files []string) error {
	answers := make(map[string]*secretAnswer)
	for a, err := range rows.Read[secretAnswer](o.answers) {
		if err != nil {
			return err
		}
		answers[a.ID] = a
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "file\trows\tsecrets\tprecision\trecall\tF1\tvalue found")
	type table struct {
		name          string
		groups, kinds map[string]*tally
		wrong         []string
		all           tally
	}
	var tables []*table
	for _, f := range files {
		t := &table{name: strings.TrimSuffix(strings.TrimSuffix(filepath.Base(f), ".gz"), ".jsonl"), groups: map[string]*tally{}, kinds: map[string]*tally{}}
		tables = append(tables, t)
		for r, err := range rows.Read[secretRow](f) {
			if err != nil {
				return err
			}
			a := answers[r.ID]
			if a == nil {
				return fmt.Errorf("%s: row %s has no answer", f, r.ID)
			}
			t.all.add(r, a)
			count(t.groups, r.Group).add(r, a)
			count(t.kinds, r.Kind).add(r, a)
			if r.Secret != a.Found {
				t.wrong = append(t.wrong, r.ID)
			}
		}
		a := t.all
		fmt.Fprintf(tw, "%s\t%d\t%d\t%.3f\t%.3f\t%.3f\t%.3f\n", t.name, a.tp+a.fp+a.fn+a.tn, a.tp+a.fn, a.precision(), a.recall(), a.f1(), ratio(a.located, a.tp))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, t := range tables {
		for _, by := range []struct {
			what string
			m    map[string]*tally
		}{{"group", t.groups}, {"kind", t.kinds}} {
			fmt.Fprintf(w, "\n%s by %s\n", t.name, by.what)
			fmt.Fprintf(tw, "%s\tfound\tmissed\tfalse\tquiet\tprecision\trecall\n", by.what)
			keys := slices.SortedFunc(maps.Keys(by.m), func(a, b string) int {
				return cmp.Or(cmp.Compare(by.m[b].tp+by.m[b].fn, by.m[a].tp+by.m[a].fn), cmp.Compare(a, b))
			})
			for _, k := range keys {
				a := by.m[k]
				fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%.2f\t%.2f\n", k, a.tp, a.fn, a.fp, a.tn, a.precision(), a.recall())
			}
			if err := tw.Flush(); err != nil {
				return err
			}
		}
		if o.errors {
			fmt.Fprintf(w, "\n%s answered wrongly: %s\n", t.name, strings.Join(t.wrong, " "))
		}
	}
	return nil
}

func count(m map[string]*tally, key string) *tally {
	t := m[key]
	if t == nil {
		t = new(tally)
		m[key] = t
	}
	return t
}
