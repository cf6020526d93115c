package main

import (
	"hash/fnv"
	"math"
	"slices"

	"github.com/ambit-go/ambit/internal/intentmodel"
)

const inner = 4 // folds that thresholds are chosen on

// part puts a sample into one of the inner folds: sessions of one branch stay
// together, as do rows of one technique.
func part(s *sample) int {
	h := fnv.New32a()
	h.Write([]byte("inner|" + s.techs))
	return int(h.Sum32()>>8) % inner
}

// thresholds sets where the alarm lies, and calibrates scores, on suspicions that
// models gave to chosen samples they were not trained with.
func thresholds(m *intentmodel.Model, set []*sample, use choice) {
	var sessions, commands, attacked []float64
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
				sessions = append(sessions, z)
			case slices.Contains(commandFiles, s.file):
				commands = append(commands, z)
			case s.malicious() && !s.row.DualUse && slices.Contains(attackFiles, s.file):
				attacked = append(attacked, z)
			}
		}
	}
	alarm := max(quantile(sessions, 1-falseRow), quantile(commands, 1-falseOne))
	m.Alarm = float32(alarm + 0.02)
	m.Suspect = float32(min(alarm, quantile(sessions, 1-suspects)))
	m.Scale, m.Shift = platt(slices.Concat(sessions, commands), attacked)
}

func suspicionWeights(m *intentmodel.Model) []float64 {
	w := make([]float64, len(m.Weights))
	for i := range w {
		w[i] = float64(m.Weights[i].Suspicion)
	}
	return w
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
