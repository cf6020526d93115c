package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/internal/intentmodel"
)

// leftOut says what a model did not see: the sessions of a repository and the
// techniques of a fold.
type leftOut struct {
	repo string
	fold int
}

func (o leftOut) use(s *sample) bool {
	return (s.row.Repo != o.repo || s.row.Repo == "") && s.fold != o.fold
}

// A trained model, with the suspicions its thresholds are chosen on.
type trained struct {
	*intentmodel.Model
	suspicions
}

// leaveOut trains a model for each repository and each fold of techniques.
func leaveOut(set []*sample, repos []string) map[leftOut]trained {
	models := map[leftOut]trained{}
	for _, r := range repos {
		for k := range folds {
			o := leftOut{r, k}
			models[o] = trained{fit(set, o.use), suspect(set, o.use)}
		}
	}
	return models
}

// of returns the model that saw neither the technique of s nor, for a session, its
// repository; any of them serves a row of no repository.
func of(models map[leftOut]trained, s *sample, repos []string) *intentmodel.Model {
	if m, ok := models[leftOut{s.row.Repo, s.fold}]; ok {
		return m.Model
	}
	return models[leftOut{repos[0], s.fold}].Model
}

// trade prints what each rate of false alarms that could be promised buys, and what
// naming more attacks without an alarm does. Thresholds are chosen on inner folds of
// what each model was trained with, as they are for the shipped one.
func trade(w io.Writer, set []*sample, repos []string, models map[leftOut]trained) {
	fmt.Fprintln(w, "The trade: rates promised (single commands, commands in the midst of work, segments, names), and what comes of them on rows left out")
	fmt.Fprintln(w, "   one  work   row  name |   M1    M2 by repository    M2b  work |   M3    M5  names by repository")
	with := func(change func(*rates)) {
		r := promised
		change(&r)
		tradeAt(w, set, repos, models, r)
	}
	for _, one := range []float64{0.0025, 0.005, 0.008, 0.01, 0.015, 0.02, 0.03, 0.05} {
		with(func(r *rates) { r.one, r.inWork = one, max(r.inWork, one) })
	}
	for _, row := range []float64{0.01, 0.015} {
		with(func(r *rates) { r.row, r.inWork = row, 2*r.inWork })
	}
	for _, name := range []float64{0.05, 0.1, 1} {
		with(func(r *rates) { r.name = name })
	}
	for _, m := range models {
		thresholds(m.Model, &m.suspicions, promised)
	}
}

func tradeAt(w io.Writer, set []*sample, repos []string, models map[leftOut]trained, r rates) {
	for _, m := range models {
		thresholds(m.Model, &m.suspicions, r)
	}
	var m1, m2b, work mean
	var m2, names []string
	for _, repo := range repos {
		judged := map[*sample]judgement{}
		var alarm, name mean
		for _, s := range set {
			m := models[leftOut{repo, s.fold}].Model
			switch {
			case slices.Contains(attackFiles, s.file):
				judged[s] = judge(m, s)
			case slices.Contains(commandFiles, s.file):
				m2b.add(judge(m, s).flag)
				work.add(alarmedInWork(m, s))
			case s.file == sessionFile && s.row.Repo == repo:
				for k := range folds {
					j := judge(models[leftOut{repo, k}].Model, s)
					alarm.add(j.flag)
					name.add(j.named)
				}
			}
		}
		share, _ := recall(set, judged)
		m1.sum, m1.n = m1.sum+share, m1.n+1
		m2, names = append(m2, fmt.Sprintf("%5.2f", alarm.percent())), append(names, fmt.Sprintf("%6.2f", name.percent()))
	}
	var m3, m5 mean
	for _, s := range set {
		switch {
		case s.file == blendedFile:
			m3.add(judge(of(models, s, repos), s).flag)
		case kindKnown(s):
			j := judge(of(models, s, repos), s)
			m5.add(j.named && slices.Contains(s.classes, j.class))
		}
	}
	fmt.Fprintf(w, " %5.2f %5.2f %5.2f %5.1f | %5.1f  %s  %5.2f %5.2f | %5.1f %5.1f %s\n", 100*r.one, 100*r.inWork, 100*r.row, 100*r.name,
		m1.percent(), strings.Join(m2, " "), m2b.percent(), work.percent(), m3.percent(), m5.percent(), strings.Join(names, " "))
}

// A mean of what was added.
type mean struct{ sum, n float64 }

func (m *mean) add(yes bool) {
	m.n++
	if yes {
		m.sum++
	}
}

func (m *mean) percent() float64 { return 100 * m.sum / max(m.n, 1) }

// alarmedInWork reports whether a single command raises the alarm in the midst of
// quiet work.
func alarmedInWork(m *intentmodel.Model, s *sample) bool {
	_, z := worst(s.inWork, suspicionWeights(m), float64(m.Bias))
	return z >= float64(m.Alarm)
}

// kindKnown reports whether s is an attack of a kind that the data gives.
func kindKnown(s *sample) bool {
	return slices.Contains(attackFiles, s.file) && s.malicious() && len(s.classes) > 0
}
