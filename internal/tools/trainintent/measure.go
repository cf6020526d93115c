package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-go/ambit/internal/intentmodel"
)

// A judgement is what a model says of a row it was not trained with.
type judgement struct {
	flag  bool
	z     float64
	class intentmodel.Class
	named bool // after an attack, with or without an alarm
}

func judge(m *intentmodel.Model, s *sample) judgement {
	w := suspicionWeights(m)
	best, z := -1, math.Inf(-1)
	var class [intentmodel.Classes]float64
	for i, c := range s.calls {
		zi := dot(c, w) + float64(m.Bias)
		if zi > z {
			best, z = i, zi
		}
		if zi < float64(m.Suspect)-intentmodel.ClassMargin {
			continue
		}
		p := classes(m, c)
		for k := range p {
			class[k] += p[k] * math.Exp(min(max(zi-float64(m.Alarm), -6), 6))
		}
	}
	if best < 0 {
		return judgement{z: z}
	}
	top := 0
	for k := range class {
		if class[k] > class[top] {
			top = k
		}
	}
	j := judgement{flag: z >= float64(m.Alarm), z: z, class: intentmodel.Class(top), named: z >= float64(m.Suspect)}
	if !j.named && s.survey {
		j.class, j.named = intentmodel.Reconnaissance, true
	}
	return j
}

func classes(m *intentmodel.Model, call []int) []float64 {
	p := make([]float64, intentmodel.Classes)
	for k := range p {
		p[k] = float64(m.ClassBias[k])
		for _, f := range call {
			p[k] += float64(m.Weights[f].Class[k])
		}
	}
	soft(p)
	return p
}

func workLogits(m *intentmodel.Model, terms ...[]intentmodel.Term) []float64 {
	z := make([]float64, intentmodel.Purposes)
	for k := range z {
		z[k] = float64(m.WorkBias[k])
	}
	for _, ts := range terms {
		for _, t := range ts {
			for k := range z {
				z[k] += float64(t.Value) * float64(m.Work[t.Feature][k])
			}
		}
	}
	return z
}

// purposeOf returns the most probable purpose, and whether it is probable enough
// to be named.
func purposeOf(m *intentmodel.Model, terms ...[]intentmodel.Term) (intentmodel.Purpose, bool) {
	p := heated(workLogits(m, terms...), float64(m.Heat))
	best := slices.Index(p, slices.Max(p))
	return intentmodel.Purpose(best), p[best] >= float64(m.Abstain)
}

// measure prints every figure, each on rows that took no part in training.
func measure(w io.Writer, set []*sample, errs bool) error {
	var repos []string
	for _, s := range set {
		if s.file == sessionFile && !slices.Contains(repos, s.row.Repo) {
			repos = append(repos, s.row.Repo)
		}
	}
	slices.Sort(repos)

	// One model for each repository and each fold of techniques: it saw neither.
	models := leaveOut(set, repos)
	trade(w, set, repos, models)
	var calibration []string
	fmt.Fprintln(w, "M1: attacks that raise the alarm, techniques left out of training; M2: sessions of a repository left out")
	for _, r := range repos {
		judged := map[*sample]judgement{}
		flagged, named, n := 0.0, 0.0, 0
		for _, s := range set {
			if s.file == sessionFile && s.row.Repo == r {
				n++
				for k := range folds {
					j := judge(models[leftOut{r, k}].Model, s)
					if j.named {
						named += 1 / float64(folds)
					}
					if j.flag {
						flagged += 1 / float64(folds)
						if errs && k == 0 {
							fmt.Fprintf(w, "  false alarm %s\n", s.row.ID)
						}
					}
				}
			}
			if slices.Contains(attackFiles, s.file) || slices.Contains(commandFiles, s.file) {
				judged[s] = judge(models[leftOut{r, s.fold}].Model, s)
			}
		}
		lo, hi := wilson(flagged, float64(n))
		m1, by := recall(set, judged)
		m2b := alarms(set, judged, commandFiles)
		busy, inBusy := 0, 0
		for _, s := range set {
			if slices.Contains(commandFiles, s.file) {
				inBusy++
				if alarmedInWork(models[leftOut{r, s.fold}].Model, s) {
					busy++
				}
			}
		}
		calibration = append(calibration, fmt.Sprintf("  without %-28s single commands: promised %.2f%%, %.2f%% came; in the midst of work: promised %.2f%%, %.2f%% came", r, 100*promised.one, 100*m2b, 100*promised.inWork, 100*float64(busy)/float64(inBusy)))
		calibration = append(calibration, fmt.Sprintf("  without %-28s alarms promised %.2f%%, %.2f%% came; names promised %.2f%%, %.2f%% came", r, 100*promised.row, 100*flagged/float64(n), 100*promised.name, 100*named/float64(n)))
		fmt.Fprintf(w, "  without %-28s M1 %5.1f%%  M2 %5.2f%% of %d [%.2f, %.2f]  M2b %.2f%%  (%s)\n", r, 100*m1, 100*flagged/float64(n), n, 100*lo, 100*hi, 100*m2b, by)
		if errs && r == repos[0] {
			for _, s := range sorted(judged) {
				j := judged[s]
				if s.malicious() && !j.flag && !s.row.DualUse {
					fmt.Fprintf(w, "  missed %s z=%.1f of %.1f %s\n", s.row.ID, j.z, models[leftOut{r, s.fold}].Alarm, s.row.Label)
				}
				if !s.malicious() && j.flag {
					fmt.Fprintf(w, "  false alarm %s z=%.1f of %.1f %s\n", s.row.ID, j.z, models[leftOut{r, s.fold}].Alarm, s.row.Label)
				}
			}
		}
	}

	fmt.Fprintln(w, "Calibration: sessions of a repository left out, beside the rates the thresholds were chosen for")
	for _, c := range calibration {
		fmt.Fprintln(w, c)
	}

	fmt.Fprintln(w, "M1x: attacks of a source left out of training")
	for _, file := range attackFiles {
		m := train(set, func(s *sample) bool { return s.origin != file })
		judged := map[*sample]judgement{}
		for _, s := range set {
			if s.file == file {
				judged[s] = judge(m, s)
				if j := judged[s]; errs && s.malicious() && !j.flag && !s.row.DualUse {
					fmt.Fprintf(w, "  source missed %s z=%.1f of %.1f %s\n", s.row.ID, j.z, m.Alarm, s.row.Label)
				}
			}
		}
		m1, _ := recall(set, judged)
		fmt.Fprintf(w, "  without %-8s %5.1f%%\n", file, 100*m1)
	}

	fmt.Fprintln(w, "M3: one malicious step in a real session, neither its technique nor its repository in training")
	hit, all := map[string]int{}, map[string]int{}
	classRight, classAll := 0, 0
	for _, s := range set {
		if s.file != blendedFile {
			continue
		}
		m := of(models, s, repos)
		j := judge(m, s)
		for _, c := range []string{"all", s.row.Category} {
			all[c]++
			if j.flag {
				hit[c]++
			}
		}
		if errs && !j.flag {
			fmt.Fprintf(w, "  missed %s z=%.1f of %.1f %s\n", s.row.ID, j.z, m.Alarm, s.row.Label)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(w, "  %-22s %5.1f%% of %d\n", c, 100*float64(hit[c])/float64(all[c]), all[c])
	}

	var alarm, named mean
	for _, s := range set {
		if kindKnown(s) && slices.Contains(s.classes, intentmodel.Reconnaissance) {
			m := of(models, s, repos)
			_, z := worst(s.inWork, suspicionWeights(m), float64(m.Bias))
			alarm.add(z >= float64(m.Alarm))
			named.add(z >= float64(m.Suspect))
		}
	}
	fmt.Fprintf(w, "  %-22s %5.1f%% of %.0f (attacks of that kind in the midst of quiet work; %.1f%% suspected)\n", "reconnaissance", alarm.percent(), alarm.n, named.percent())

	fmt.Fprintln(w, "M5: kinds of attack, techniques left out")
	byLabel := map[string][3]int{} // rows, alarms, the kind named rightly
	byFile, byGroup := map[string][2]int{}, map[string][2]int{}
	confusion := map[string]int{}
	for _, s := range set {
		if !kindKnown(s) {
			continue
		}
		j := judge(models[leftOut{repos[0], s.fold}].Model, s)
		right := j.named && slices.Contains(s.classes, j.class)
		classAll++
		l := byLabel[s.classes[0].String()]
		l[0]++
		if j.flag {
			l[1]++
		}
		if right {
			l[2]++
		}
		byLabel[s.classes[0].String()] = l
		g := byGroup[s.techs]
		g[1]++
		if right {
			g[0]++
		}
		byGroup[s.techs] = g
		c := byFile[s.file]
		c[1]++
		if right {
			classRight++
			c[0]++
		} else {
			got := "not named"
			if j.named {
				got = j.class.String()
			}
			confusion[s.classes[0].String()+" as "+got]++
			if errs {
				fmt.Fprintf(w, "  kind %s %s as %s (%v)\n", s.row.ID, s.classes[0], got, s.row.Label)
			}
		}
		byFile[s.file] = c
	}
	once := 0.0
	for _, g := range slices.Sorted(maps.Keys(byGroup)) {
		once += float64(byGroup[g][0]) / float64(byGroup[g][1]) / float64(len(byGroup))
	}
	fmt.Fprintf(w, "  all %.1f%% of %d, each technique counted once %.1f%% of %d", 100*float64(classRight)/float64(classAll), classAll, 100*once, len(byGroup))
	for _, f := range attackFiles {
		if c := byFile[f]; c[1] > 0 {
			fmt.Fprintf(w, "  %s %.1f%%", f, 100*float64(c[0])/float64(c[1]))
		}
	}
	fmt.Fprintln(w)
	for _, c := range slices.SortedFunc(maps.Keys(confusion), func(a, b string) int {
		return cmp.Or(confusion[b]-confusion[a], cmp.Compare(a, b))
	}) {
		if confusion[c] >= 3 {
			fmt.Fprintf(w, "    %3d %s\n", confusion[c], c)
		}
	}
	for _, l := range slices.Sorted(maps.Keys(byLabel)) {
		fmt.Fprintf(w, "  %-22s %3d rows, %3d with an alarm, %3d named rightly\n", l, byLabel[l][0], byLabel[l][1], byLabel[l][2])
	}
	measurePurpose(w, set, errs)
	trivial(w, set)
	return nil
}

func sorted(judged map[*sample]judgement) []*sample {
	return slices.SortedFunc(maps.Keys(judged), func(a, b *sample) int { return cmp.Compare(a.row.ID, b.row.ID) })
}

// recall is the mean over sources of the share of techniques found, each technique
// counted once.
func recall(set []*sample, judged map[*sample]judgement) (float64, string) {
	groups := map[string]map[string][2]int{}
	for _, s := range set {
		j, ok := judged[s]
		if !ok || !s.malicious() || s.row.DualUse || !slices.Contains(attackFiles, s.file) {
			continue
		}
		if groups[s.file] == nil {
			groups[s.file] = map[string][2]int{}
		}
		c := groups[s.file][s.techs]
		c[1]++
		if j.flag {
			c[0]++
		}
		groups[s.file][s.techs] = c
	}
	mean := 0.0
	var by []string
	for _, f := range attackFiles {
		g := groups[f]
		if len(g) == 0 {
			continue
		}
		sum := 0.0
		for _, c := range g {
			sum += float64(c[0]) / float64(c[1])
		}
		mean += sum / float64(len(g)) / float64(len(groups))
		by = append(by, fmt.Sprintf("%s %.0f", f, 100*sum/float64(len(g))))
	}
	return mean, strings.Join(by, ", ")
}

func alarms(set []*sample, judged map[*sample]judgement, files []string) float64 {
	n, flagged := 0, 0
	for _, s := range set {
		if j, ok := judged[s]; ok && slices.Contains(files, s.file) {
			n++
			if j.flag {
				flagged++
			}
		}
	}
	return float64(flagged) / float64(max(n, 1))
}

// wilson is the 95 % interval of k out of n.
func wilson(k, n float64) (lo, hi float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.96
	p := k / n
	center := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n)) / (1 + z*z/n)
	return max(center-half, 0), min(center+half, 1)
}

// measurePurpose prints how often the purpose is right, branches left out.
func measurePurpose(w io.Writer, set []*sample, errs bool) {
	fmt.Fprintln(w, "M4: purpose of a session, its branch (then its repository) left out of training")
	var labeled []*sample
	for _, s := range set {
		if s.file == purposeFile && s.labeled {
			labeled = append(labeled, s)
		}
	}
	run := func(name string, left func(s *sample) string) {
		models := map[string]*intentmodel.Model{}
		type answer struct {
			both, prompt, bare                intentmodel.Purpose
			bothNamed, promptNamed, bareNamed bool
		}
		answers := map[*sample]answer{}
		for _, s := range labeled {
			k := left(s)
			if models[k] == nil {
				m := new(intentmodel.Model)
				others := func(o *sample) bool { return left(o) != k }
				fitWork(m, set, others)
				workThresholds(m, set, others)
				models[k] = m
			}
			m := models[k]
			var a answer
			a.both, a.bothNamed = purposeOf(m, s.prompt, s.work)
			a.prompt, a.promptNamed = purposeOf(m, s.prompt)
			a.bare, a.bareNamed = purposeOf(m, s.bare)
			answers[s] = a
			if errs && name == "branch" && a.both != s.purpose {
				fmt.Fprintf(w, "  purpose %s %s as %s\n", s.row.ID, s.purpose, a.both)
			}
		}
		for _, v := range []struct {
			name string
			of   func(answer) (intentmodel.Purpose, bool)
		}{
			{"prompt and actions", func(a answer) (intentmodel.Purpose, bool) { return a.both, a.bothNamed }},
			{"prompt alone", func(a answer) (intentmodel.Purpose, bool) { return a.prompt, a.promptNamed }},
			{"actions alone", func(a answer) (intentmodel.Purpose, bool) { return a.bare, a.bareNamed }},
		} {
			right, named := 0, 0
			var tp, fp, fn [intentmodel.Purposes]float64
			for _, s := range labeled {
				got, ok := v.of(answers[s])
				if ok {
					named++
				}
				if ok && got == s.purpose {
					right++
					tp[got]++
					continue
				}
				fn[s.purpose]++ // unknown is wrong too
				if ok {
					fp[got]++
				}
			}
			f1, n := 0.0, 0
			var by []string
			for p := range intentmodel.Purpose(intentmodel.Purposes) {
				if tp[p]+fn[p] < 10 {
					continue
				}
				n++
				f := 2 * tp[p] / max(2*tp[p]+fp[p]+fn[p], 1)
				f1 += f
				by = append(by, fmt.Sprintf("%s %.2f", p, f))
			}
			fmt.Fprintf(w, "  %-6s %-19s accuracy %.3f  macro-F1 %.3f  named %.0f%%, of those right %.0f%%  (%s)\n", name, v.name, float64(right)/float64(len(labeled)), f1/float64(max(n, 1)), 100*float64(named)/float64(len(labeled)), 100*float64(right)/float64(max(named, 1)), strings.Join(by, ", "))
		}
	}
	run("branch", func(s *sample) string { return strconv.Itoa(fold("p|" + s.row.Group)) })
	run("repo", func(s *sample) string { return s.row.Repo })
}

// trivial prints what rules reach that know nothing of intent.
func trivial(w io.Writer, set []*sample) {
	fmt.Fprintln(w, "Trivial rules beside them")
	rules := []struct {
		name string
		flag func(*sample) bool
	}{
		{"one action only", func(s *sample) bool { return len(s.calls) == 1 }},
		{"three actions or fewer", func(s *sample) bool { return len(s.calls) <= 3 }},
		{"nothing but shell commands", func(s *sample) bool { return only(s, "tool.shell") }},
		{"long commands (20 features or more)", func(s *sample) bool {
			return slices.ContainsFunc(s.calls, func(c []int) bool { return len(c) >= 20 })
		}},
	}
	for _, r := range rules {
		judged := map[*sample]judgement{}
		for _, s := range set {
			judged[s] = judgement{flag: r.flag(s)}
		}
		m1, by := recall(set, judged)
		fmt.Fprintf(w, "  %-36s M1 %5.1f%% (%s)  M2 %5.1f%%  M2b %5.1f%%  M3 %5.1f%%\n", r.name, 100*m1, by, 100*alarms(set, judged, []string{sessionFile}), 100*alarms(set, judged, commandFiles), 100*alarms(set, judged, []string{blendedFile}))
	}
	var kinds [intentmodel.Classes]mean
	var purposes [intentmodel.Purposes]mean
	for _, s := range set {
		for c := range kinds {
			if kindKnown(s) {
				kinds[c].add(slices.Contains(s.classes, intentmodel.Class(c)))
			}
		}
		for p := range purposes {
			if s.file == purposeFile && s.labeled {
				purposes[p].add(s.purpose == intentmodel.Purpose(p))
			}
		}
	}
	kind, purpose := most(kinds[:]), most(purposes[:])
	fmt.Fprintf(w, "  always the most frequent             M4 %.3f (%s)  M5 %.1f%% (%s)\n", purposes[purpose].percent()/100, intentmodel.Purpose(purpose), kinds[kind].percent(), intentmodel.Class(kind))
}

// most returns the index of the highest of means.
func most(of []mean) int {
	best := 0
	for i := range of {
		if of[i].percent() > of[best].percent() {
			best = i
		}
	}
	return best
}

func only(s *sample, feature string) bool {
	i := slices.Index(intentmodel.FeatureNames(), feature)
	return !slices.ContainsFunc(s.calls, func(c []int) bool { return !slices.Contains(c, i) })
}

// leans prints the features that carry most of the suspicion: their weight, and in
// how many attacks and sessions they occur.
func leans(w io.Writer, m *intentmodel.Model) {
	names := intentmodel.FeatureNames()
	order := make([]int, 0, len(names))
	for i := range names {
		if names[i] != "" && m.Weights[i].Suspicion > 0.05 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(m.Weights[b].Suspicion, m.Weights[a].Suspicion) })
	fmt.Fprintf(w, "bias %.2f alarm %.2f suspect %.2f scale %.2f shift %.2f\n", m.Bias, m.Alarm, m.Suspect, m.Scale, m.Shift)
	for _, i := range order {
		fmt.Fprintf(w, "%6.2f %s\n", m.Weights[i].Suspicion, names[i])
	}
}
