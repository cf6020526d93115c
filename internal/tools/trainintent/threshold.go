package main

import (
	"hash/fnv"
	"math"
	"slices"
	"sync"

	"github.com/ambit-go/ambit/internal/intentmodel"
)

const inner = 8 // folds that thresholds are chosen on

// part puts a sample into one of the inner folds: sessions of one branch stay
// together, as do rows of one technique.
func part(s *sample) int {
	h := fnv.New32a()
	h.Write([]byte("inner|" + s.techs))
	return int(h.Sum32()>>8) % inner
}

// Rates are the shares of honest work that thresholds are chosen for.
type rates struct {
	row    float64 // honest sessions that raise the alarm
	one    float64 // single honest commands
	inWork float64 // single honest commands in the midst of quiet work
	name   float64 // honest sessions that may be named after an attack without an alarm
}

// Suspicions are what models gave to chosen samples that they were not trained with.
type suspicions struct {
	first, later      []float64 // of honest sessions: before the midst of work, and in it
	commands, working []float64 // of single honest commands, and of those in the midst of work
	attacked          []float64
}

func suspect(set []*sample, use choice) (x suspicions) {
	for k := range inner {
		part := func(s *sample) bool { return part(s) == k }
		f := new(intentmodel.Model)
		fitSuspicion(f, set, func(s *sample) bool { return use(s) && !part(s) })
		w := suspicionWeights(f)
		for _, s := range set {
			if !use(s) || !part(s) || len(s.calls) == 0 || s.file == purposeFile || s.file == blendedFile {
				continue
			}
			_, z := worst(s.calls, w, float64(f.Bias))
			switch {
			case s.file == sessionFile:
				before, after := split(s.calls)
				_, z = worst(before, w, float64(f.Bias))
				x.first = append(x.first, z)
				_, z = worst(after, w, float64(f.Bias))
				x.later = append(x.later, z)
			case slices.Contains(commandFiles, s.file):
				x.commands = append(x.commands, z)
				_, z = worst(s.inWork, w, float64(f.Bias))
				x.working = append(x.working, z)
			case s.malicious() && !s.row.DualUse && slices.Contains(attackFiles, s.file):
				x.attacked = append(x.attacked, z)
			}
		}
	}
	return x
}

// thresholds sets where the alarm lies for the rates of honest work that shall raise
// it, and calibrates scores.
func thresholds(m *intentmodel.Model, x *suspicions, r rates) {
	inMidst := max(above(x.later, r.row), above(x.working, r.inWork))
	alarm := max(above(x.first, r.row), above(x.commands, r.one), inMidst)
	midst := min(alarm-inMidst, maxMidst)
	m.Alarm = float32(alarm)
	m.Weights[midstFeature()].Suspicion = float32(midst)
	sessions := make([]float64, len(x.first))
	for i := range x.first {
		sessions[i] = max(x.first[i], x.later[i]+midst)
	}
	m.Suspect = float32(min(alarm, quantile(sessions, 1-r.name)))
	m.Scale, m.Shift = platt(slices.Concat(sessions, x.commands), x.attacked)
}

// midst is the feature of a call in the midst of quiet work. A command out of the
// blue is judged by what single honest commands look like, which people write into
// manuals for the rare occasions; one in the midst of work by what work looks like,
// where less stands out. The weight of this feature is the difference.
const midst = "after.work"

var midstFeature = sync.OnceValue(func() int { return slices.Index(intentmodel.FeatureNames(), midst) })

// split parts the calls of a session into those before and in the midst of work.
func split(calls [][]int) (before, after [][]int) {
	for _, c := range calls {
		if slices.Contains(c, midstFeature()) {
			after = append(after, c)
		} else {
			before = append(before, c)
		}
	}
	return before, after
}

// maxMidst is how much being in the midst of work may add at most.
const maxMidst = 1.4

func suspicionWeights(m *intentmodel.Model) []float64 {
	w := make([]float64, len(m.Weights))
	for i := range w {
		w[i] = float64(m.Weights[i].Suspicion)
	}
	return w
}

// above returns a threshold that at most a share of x lies above, low in the gap
// there: a little less of suspicion is not an alarm, and what honest work shows
// nothing like is one.
func above(x []float64, share float64) float64 {
	if len(x) == 0 {
		return math.Inf(-1)
	}
	x = slices.Sorted(slices.Values(x))
	allowed := int(share * float64(len(x)))
	over := len(x) - allowed // the first value that may be above
	if over >= len(x) {
		return x[len(x)-1] + 0.5
	}
	if over == 0 {
		return x[0] - 0.5
	}
	return x[over-1] + (x[over]-x[over-1])/4
}

// quantile is the value that a share q of x does not exceed.
func quantile(x []float64, q float64) float64 {
	if len(x) == 0 {
		return math.Inf(-1)
	}
	x = slices.Sorted(slices.Values(x))
	return x[min(int(math.Ceil(q*float64(len(x)))), len(x)-1)]
}

// platt fits P(attack) = 1/(1+exp(-(scale*z+shift))) to suspicions of honest and
// attacked rows, weighed so that the share of attacks is the one scores are
// calibrated to.
func platt(honest, attacked []float64) (scale, shift float32) {
	if len(honest) == 0 || len(attacked) == 0 {
		return 1, 0
	}
	a, b := 1.0, 0.0
	wh, wa := (1-attacks)/float64(len(honest)), attacks/float64(len(attacked))
	for range 200 { // Newton's method
		var ga, gb, haa, hab, hbb float64
		one := func(z, y, w float64) {
			p := sigmoid(a*z + b)
			d, h := w*(p-y), w*p*(1-p)
			ga, gb = ga+d*z, gb+d
			haa, hab, hbb = haa+h*z*z, hab+h*z, hbb+h
		}
		for _, z := range honest {
			one(z, 0, wh)
		}
		for _, z := range attacked {
			one(z, 1, wa)
		}
		haa, hbb = haa+1e-6, hbb+1e-6
		det := haa*hbb - hab*hab
		a -= (hbb*ga - hab*gb) / det * 0.5
		b -= (haa*gb - hab*ga) / det * 0.5
	}
	return float32(a), float32(b)
}

// answered is what share of the purposes that are named shall be right.
const answered = 0.8

// workThresholds calibrates the purposes and sets the probability below which
// nothing is said, on sessions the models were not trained with.
func workThresholds(m *intentmodel.Model, set []*sample, use choice) {
	type answer struct {
		logits []float64
		gold   intentmodel.Purpose
	}
	var answers []answer
	for k := range inner {
		part := func(s *sample) bool { return groupPart(s) == k }
		f := new(intentmodel.Model)
		fitWork(f, set, func(s *sample) bool { return use(s) && !part(s) })
		for _, s := range set {
			if s.file == purposeFile && s.labeled && use(s) && part(s) {
				answers = append(answers, answer{workLogits(f, s.prompt, s.work), s.purpose})
			}
		}
	}
	m.Heat, m.Abstain = 1, 0.4
	if len(answers) == 0 {
		return
	}
	best := math.Inf(1)
	for heat := 0.4; heat <= 1.5; heat += 0.05 {
		loss := 0.0
		for _, a := range answers {
			loss -= math.Log(max(heated(a.logits, heat)[a.gold], 1e-6))
		}
		if loss < best {
			best, m.Heat = loss, float32(heat)
		}
	}
	for t := 0.2; t < 0.7; t += 0.02 {
		named, right := 0, 0
		for _, a := range answers {
			p := heated(a.logits, float64(m.Heat))
			top := slices.Index(p, slices.Max(p))
			if p[top] < t {
				continue
			}
			named++
			if top == int(a.gold) {
				right++
			}
		}
		m.Abstain = float32(t)
		if float64(right) >= answered*float64(named) {
			return
		}
	}
}

func heated(logits []float64, heat float64) []float64 {
	p := make([]float64, len(logits))
	for i := range p {
		p[i] = logits[i] * heat
	}
	soft(p)
	return p
}

// groupPart is part for sessions whose purpose is known: those of one branch stay
// together.
func groupPart(s *sample) int {
	h := fnv.New32a()
	h.Write([]byte("work|" + s.row.Group))
	return int(h.Sum32()>>8) % inner
}
