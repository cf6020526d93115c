package main

import (
	"math"
	"slices"

	"github.com/ambit-go/ambit/internal/intentmodel"
)

// A choice says which samples take part in training.
type choice func(*sample) bool

func everything(*sample) bool { return true }

const (
	steps   = 400 // of the descent; it has converged by then
	attacks = 0.1 // share of attacks that scores are calibrated to
)

// promised are the rates of the shipped model.
var promised = rates{row: 0.005, one: 0.01, inWork: 0.015, name: 0.02}

// train makes a model of the chosen samples.
func train(set []*sample, use choice) *intentmodel.Model {
	m := fit(set, use)
	x := suspect(set, use)
	thresholds(m, &x, promised)
	workThresholds(m, set, use)
	return m
}

// fit trains the weights, thresholds apart.
func fit(set []*sample, use choice) *intentmodel.Model {
	m := new(intentmodel.Model)
	fitSuspicion(m, set, use)
	fitClasses(m, set, use)
	fitWork(m, set, use)
	return m
}

// A bag is a malicious row: at least one of its calls is part of an attack.
type bag struct {
	calls  [][]int
	weight float64
}

// weights of sources of attacks: each counts as much as the next, whatever its
// size, and each technique in it as much as the next.
func bags(set []*sample, use choice) []bag {
	sources := map[string]map[string]int{}
	var chosen []*sample
	for _, s := range set {
		if !slices.Contains(attackFiles, s.file) || !s.malicious() || s.row.DualUse || !use(s) || len(s.calls) == 0 {
			continue
		}
		if sources[s.file] == nil {
			sources[s.file] = map[string]int{}
		}
		sources[s.file][s.techs]++
		chosen = append(chosen, s)
	}
	var out []bag
	for _, s := range chosen {
		groups := sources[s.file]
		// few groups say little: a source of three templates is no source of fifty
		share := math.Sqrt(float64(len(groups)))
		out = append(out, bag{s.calls, share / float64(len(groups)) / float64(groups[s.techs])})
	}
	total := 0.0
	for i := range out {
		total += out[i].weight
	}
	for i := range out {
		out[i].weight *= attackWeight / total
	}
	return append(out, blended(set, use)...)
}

// blended returns the malicious calls of rows that are honest otherwise.
func blended(set []*sample, use choice) []bag {
	techs := map[string]int{}
	chosen := func(s *sample) bool {
		return s.file == blendedFile && use(s) && s.step >= 0 && s.step < len(s.calls)
	}
	for _, s := range set {
		if chosen(s) {
			techs[s.techs]++
		}
	}
	var out []bag
	for _, s := range set {
		if chosen(s) {
			out = append(out, bag{s.calls[s.step : s.step+1], blendedWeight / float64(len(techs)) / float64(techs[s.techs])})
		}
	}
	return out
}

// What attacks and honest calls weigh in all. Thresholds are set afterwards: the
// ratio only decides which mistakes the descent minds more.
const (
	hopeless      = 0.1 // share of attack rows that nothing gives away
	attackWeight  = 800
	blendedWeight = 100 // for one attack in the midst of work
	honestWeight  = 1200
)

// honest returns the distinct calls of honest rows with their weights. Calls with
// the same features are one.
func honest(set []*sample, use choice) []bag {
	index := map[string]int{}
	var out []bag
	total := 0.0
	for _, s := range set {
		if s.malicious() || s.file == purposeFile || !use(s) {
			continue
		}
		weight := 1.0
		if slices.Contains(commandFiles, s.file) {
			weight = 2 // one call stands for a whole row
		}
		for _, c := range slices.Concat(s.calls, s.inWork) {
			k := string(runes(c))
			i, ok := index[k]
			if !ok {
				i = len(out)
				index[k] = i
				out = append(out, bag{calls: [][]int{c}})
			}
			out[i].weight += weight
			total += weight
		}
	}
	for i := range out {
		out[i].weight = math.Sqrt(out[i].weight) // the same call a thousand times says no more than a hundred
	}
	total = 0
	for i := range out {
		total += out[i].weight
	}
	for i := range out {
		out[i].weight *= honestWeight / total
	}
	return out
}

func runes(f []int) []rune {
	r := make([]rune, len(f))
	for i := range f {
		r[i] = rune(f[i] + 1)
	}
	return r
}

// fitSuspicion is a logistic regression on the worst call of each attack and on
// every honest call, its weights held at zero or above and drawn to their priors.
func fitSuspicion(m *intentmodel.Model, set []*sample, use choice) {
	prior, pull := suspicionPrior()
	n := len(prior)
	w := slices.Clone(prior)
	bias := -5.0
	att, hon := bags(set, use), honest(set, use)
	grad := make([]float64, n)
	seen := make([]float64, n) // squared gradients, for steps of a fitting size
	var biasSeen float64
	for step := range steps {
		for i := range grad {
			grad[i] = pull[i] * (w[i] - prior[i])
		}
		biasGrad := 0.0
		one := func(c []int, g float64) {
			for _, f := range c {
				grad[f] += g
			}
			biasGrad += g
		}
		for i := range att {
			best, z := worst(att[i].calls, w, bias)
			// some rows show nothing of their attack (the sleep before it, the
			// name of a program): they may stay unexplained
			p := sigmoid(z)
			one(att[i].calls[best], -att[i].weight*(1-hopeless)*p*(1-p)/(hopeless+(1-hopeless)*p))
		}
		for i := range hon {
			z := dot(hon[i].calls[0], w) + bias
			one(hon[i].calls[0], hon[i].weight*sigmoid(z))
		}
		rate := 0.3 / (1 + 0.01*float64(step))
		for i := range w {
			seen[i] += grad[i] * grad[i]
			if seen[i] > 0 {
				w[i] = max(0, w[i]-rate*grad[i]/math.Sqrt(seen[i]+1e-8))
			}
		}
		biasSeen += biasGrad * biasGrad
		bias -= rate * biasGrad / math.Sqrt(biasSeen+1e-8)
	}
	m.Bias = float32(bias)
	for i := range w {
		m.Weights[i].Suspicion = float32(w[i])
	}
}

func worst(calls [][]int, w []float64, bias float64) (int, float64) {
	best, top := 0, math.Inf(-1)
	for i, c := range calls {
		if z := dot(c, w); z > top {
			best, top = i, z
		}
	}
	return best, top + bias
}

func dot(c []int, w []float64) float64 {
	z := 0.0
	for _, f := range c {
		z += w[f]
	}
	return z
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// fitClasses is a softmax over the kinds of attack, on the worst calls of rows
// whose kind is known; any kind that the catalogue gives the technique is right.
func fitClasses(m *intentmodel.Model, set []*sample, use choice) {
	const k = intentmodel.Classes
	prior, pull := classPrior()
	n := len(prior)
	w := make([][k]float64, n)
	copy(w, prior)
	var bias [k]float64

	type instance struct {
		call   []int
		gold   [k]bool
		weight float64
	}
	var data []instance
	groups := map[string]int{}
	chosen := func(s *sample) bool {
		return s.malicious() && len(s.classes) > 0 && len(s.calls) > 0 && use(s) && slices.Contains(attackFiles, s.file)
	}
	for _, s := range set {
		if chosen(s) {
			groups[s.techs]++
		}
	}
	suspicion := make([]float64, len(m.Weights))
	for i := range suspicion {
		suspicion[i] = float64(m.Weights[i].Suspicion)
	}
	for _, s := range set {
		if !chosen(s) {
			continue
		}
		var gold [k]bool
		for _, c := range s.classes {
			gold[c] = true
		}
		_, top := worst(s.calls, suspicion, 0)
		sum := 0.0
		shares := make([]float64, len(s.calls))
		for i, c := range s.calls {
			shares[i] = math.Exp(min(max(dot(c, suspicion)-top, -6), 0))
			sum += shares[i]
		}
		for i, c := range s.calls {
			if share := shares[i] / sum; share > 0.02 {
				data = append(data, instance{c, gold, share / math.Sqrt(float64(groups[s.techs]))})
			}
		}
	}
	grad := make([][k]float64, n)
	seen := make([][k]float64, n)
	var biasGrad, biasSeen [k]float64
	for step := range steps {
		for f := range grad {
			for c := range k {
				grad[f][c] = pull[f] * (w[f][c] - prior[f][c])
			}
		}
		for c := range k {
			biasGrad[c] = 5 * bias[c]
		}
		for i := range data {
			d := &data[i]
			p := bias
			for _, f := range d.call {
				for c := range k {
					p[c] += w[f][c]
				}
			}
			soft(p[:])
			right := 0.0
			for c := range k {
				if d.gold[c] {
					right += p[c]
				}
			}
			for c := range k {
				g := p[c]
				if d.gold[c] {
					g -= p[c] / max(right, 1e-9)
				}
				g *= d.weight
				biasGrad[c] += g
				for _, f := range d.call {
					grad[f][c] += g
				}
			}
		}
		rate := 0.3 / (1 + 0.01*float64(step))
		for f := range w {
			for c := range k {
				seen[f][c] += grad[f][c] * grad[f][c]
				if seen[f][c] > 0 {
					w[f][c] -= rate * grad[f][c] / math.Sqrt(seen[f][c]+1e-8)
				}
			}
		}
		for c := range k {
			biasSeen[c] += biasGrad[c] * biasGrad[c]
			bias[c] -= rate * biasGrad[c] / math.Sqrt(biasSeen[c]+1e-8)
		}
	}
	for f := range w {
		for c := range k {
			m.Weights[f].Class[c] = float32(w[f][c])
		}
	}
	for c := range k {
		m.ClassBias[c] = float32(bias[c])
	}
}

func soft(z []float64) {
	top := slices.Max(z)
	sum := 0.0
	for i := range z {
		z[i] = math.Exp(z[i] - top)
		sum += z[i]
	}
	for i := range z {
		z[i] /= sum
	}
}

// fitWork is a softmax over the purposes, on sessions whose purpose a person gave,
// with their prompt and without, and on single commands of a known use.
func fitWork(m *intentmodel.Model, set []*sample, use choice) {
	const k = intentmodel.Purposes
	prior, pull := workPrior()
	n := len(prior)
	w := make([][k]float64, n)
	copy(w, prior)
	var bias [k]float64
	type instance struct {
		terms  []intentmodel.Term
		gold   intentmodel.Purpose
		weight float64
	}
	var data []instance
	for _, s := range set {
		if !s.labeled || s.malicious() || !use(s) {
			continue
		}
		switch {
		case s.file == purposeFile:
			data = append(data,
				instance{slices.Concat(s.prompt, s.work), s.purpose, 1},
				instance{s.bare, s.purpose, 0.4},
				instance{s.prompt, s.purpose, 0.3})
		case slices.Contains(commandFiles, s.file):
			data = append(data, instance{s.bare, s.purpose, 0.04})
		}
	}
	grad := make([][k]float64, n)
	seen := make([][k]float64, n)
	var biasGrad, biasSeen [k]float64
	for step := range steps {
		for f := range grad {
			for c := range k {
				grad[f][c] = pull[f] * (w[f][c] - prior[f][c])
			}
		}
		for c := range k {
			biasGrad[c] = 0.3 * bias[c]
		}
		for i := range data {
			d := &data[i]
			p := bias
			for _, t := range d.terms {
				for c := range k {
					p[c] += float64(t.Value) * w[t.Feature][c]
				}
			}
			soft(p[:])
			for c := range k {
				g := p[c]
				if c == int(d.gold) {
					g--
				}
				g *= d.weight
				biasGrad[c] += g
				for _, t := range d.terms {
					grad[t.Feature][c] += g * float64(t.Value)
				}
			}
		}
		rate := 0.2 / (1 + 0.01*float64(step))
		for f := range w {
			for c := range k {
				seen[f][c] += grad[f][c] * grad[f][c]
				if seen[f][c] > 0 {
					w[f][c] -= rate * grad[f][c] / math.Sqrt(seen[f][c]+1e-8)
				}
			}
		}
		for c := range k {
			biasSeen[c] += biasGrad[c] * biasGrad[c]
			bias[c] -= rate * biasGrad[c] / math.Sqrt(biasSeen[c]+1e-8)
		}
	}
	for f := range w {
		for c := range k {
			m.Work[f][c] = float32(w[f][c])
		}
	}
	for c := range k {
		m.WorkBias[c] = float32(bias[c])
	}
}
