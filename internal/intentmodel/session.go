package intentmodel

import (
	"math"
	"slices"
)

const (
	// decay is how much of its suspicion a session loses with each call, so that
	// an alarm ends some day: one that is 3 above the threshold lasts 600 calls.
	// Long benign work does not dilute it before.
	decay = 0.005

	maxEvidence = 8

	// ClassMargin is how far below the threshold of suspicion a call may lie and
	// still have a say in what kind of attack there is.
	ClassMargin = 0.5
	// sure is from where a purpose outweighs that the machine is looked around on.
	sure = 0.5
	// lasts is for how many actions a suspicion without an alarm gives its name.
	lasts = 4
	// drifted is the drift from which a session counts as departed.
	drifted = 0.5
)

// A scoreState is what a session keeps of the suspicion of its actions.
type scoreState struct {
	peak     float32 // decayed maximum, a logit; meaningless before the first call
	class    [Classes]float32
	evidence [maxEvidence]int32 // numbers of actions, with the suspicion of each
	weight   [maxEvidence]float32
	count    uint8
	injected bool
}

// A Verdict is what a session's actions add up to.
type Verdict struct {
	Attack    bool // Class says of what kind; else Purpose, if Known
	Anomalous bool
	Known     bool
	Class     Class
	Purpose   Purpose
	Score     float64
	Drift     float64
	Departed  int
	Injected  bool
	Suspicion float64 // the logit behind it, for the trainer and for explanations
}

// Start begins a session. task is the purposes it was declared to have.
func (s *State) Start(task []Purpose) {
	for _, p := range task {
		if p < Purposes {
			s.work.task |= 1 << p
		}
	}
}

// Observe takes one more action in.
func (m *Model) Observe(s *State, a *Action) Verdict {
	var g sight
	return m.observe(s, a, &g)
}

// Features is Observe that also appends the features of a call to dst.
func (m *Model) Features(dst []int, s *State, a *Action) ([]int, Verdict) {
	var g sight
	v := m.observe(s, a, &g)
	if a.Role == Call {
		g.v.each(func(f int) { dst = append(dst, f) })
	}
	return dst, v
}

func (m *Model) observe(s *State, a *Action, g *sight) Verdict {
	s.actions = min(s.actions+1, math.MaxInt32-1)
	switch a.Role {
	case Prompt:
		m.prompt(s, a)
	case Output:
		s.output(a)
	case Call:
		m.call(s, a, g)
	}
	return m.verdict(s)
}

func (m *Model) prompt(s *State, a *Action) {
	said := loadWords().listen(a.Text)
	s.ask(a.Text)
	var buf [2*maxConcepts + shapes]Term
	w := &s.work
	fade := float32(4)
	switch {
	case w.prompts > 0 && said.continues():
		fade = 1 // "yes", "go on": what was asked for is asked for still
	case said.head != 0:
		fade = 16 // it begins with something else
	}
	for p := range w.said {
		w.said[p] /= fade
	}
	for _, t := range said.terms(buf[:0]) {
		for p := range w.said {
			w.said[p] += t.Value * m.Work[t.Feature][p]
		}
	}
	if w.task == 0 { // what is asked for now is the task now
		w.reached, w.drift = 0, w.drift/2
		if w.drift < drifted {
			w.departed = 0
		}
	}
	w.prompts = min(w.prompts+1, math.MaxUint16-1)
	left := uint16(0) // of what was done before something else was asked for
	if fade == 1 {
		left = 1
	}
	for d := range w.deeds {
		w.deeds[d] = w.deeds[d] / 16 * left
	}
	w.calls = w.calls / 16 * left
	w.surveys = w.surveys / 16 * left
	w.first = 0
}

// ends returns the beginning and the end of a long text.
func ends(text string, n int) (head, tail string) {
	if len(text) <= n {
		return text, ""
	}
	return text[:n*3/4], text[len(text)-n/4:]
}

func (s *State) output(a *Action) {
	s.failed = a.Failed
	if a.Failed && s.work.calls > 0 {
		s.work.deeds[deedFail] = min(s.work.deeds[deedFail]+1, s.work.calls)
	}
	s.told(a.Text, a.Server, toolOf(a.Tool, a.Server))
	if len(a.Findings) > 0 {
		s.secrets = true
		s.last.secret = max(s.calls, 1)
	}
}

func (m *Model) call(s *State, a *Action, g *sight) {
	l := loadLexicon()
	l.look(g, a)
	s.follow(l, g, a)
	var strayed float32 // a call that a result asked for is none that the task needs
	if yes, strongly := m.follows(s, g, a); yes {
		s.score.injected = true
		strayed = drifted
		if strongly {
			g.other(targetFromResult)
			if g.out || g.changes || g.grants {
				g.other(outTargetFromResult)
			}
		}
	}
	s.work.do(loadWords(), g, a)

	z := m.Bias
	for w, word := range g.v {
		for ; word != 0; word &= word - 1 {
			z += m.Weights[w<<6+trailing(word)].Suspicion
		}
	}
	m.suspect(s, g, z)
	m.drift(s, g, z, strayed)
}

// suspect takes the suspicion of one call into the session's.
func (m *Model) suspect(s *State, g *sight, z float32) {
	c := &s.score
	if s.calls == 1 {
		c.peak = z
	}
	c.peak = max(c.peak-decay, z)
	if z < m.Suspect-ClassMargin {
		return
	}
	var p [Classes]float32
	m.classes(&g.v, &p)
	w := exp(min(max(z-m.Alarm, -6), 6))
	for i := range p {
		c.class[i] += w * p[i]
	}
	if z < m.Suspect {
		return
	}
	at := s.actions - 1
	if c.count < maxEvidence {
		c.evidence[c.count], c.weight[c.count] = at, z
		c.count++
		return
	}
	least := 0
	for i := range c.weight {
		if c.weight[i] < c.weight[least] {
			least = i
		}
	}
	if z <= c.weight[least] {
		return
	}
	// kept in the order of the actions
	copy(c.evidence[least:], c.evidence[least+1:])
	copy(c.weight[least:], c.weight[least+1:])
	c.evidence[maxEvidence-1], c.weight[maxEvidence-1] = at, z
}

// classes fills p with how probable each kind of attack is, given that there is
// one.
func (m *Model) classes(v *vector, p *[Classes]float32) {
	*p = m.ClassBias
	for w, word := range v {
		for ; word != 0; word &= word - 1 {
			r := &m.Weights[w<<6+trailing(word)]
			for c := range p {
				p[c] += r.Class[c]
			}
		}
	}
	softmax(p[:], 1)
}

func softmax(z []float32, heat float32) {
	top := z[0]
	for _, v := range z {
		top = max(top, v)
	}
	var sum float32
	for i := range z {
		z[i] = exp((z[i] - top) * heat)
		sum += z[i]
	}
	sum = 1 / sum
	for i := range z {
		z[i] *= sum
	}
}

// exp is e to the x for x from -80 to 80, to four places: 2 to the whole part of
// x/ln 2 goes into the exponent, the rest through a polynomial. [math.Exp] costs ten
// times as much, and a session takes 13 of them with each action.
func exp(x float32) float32 {
	x = min(max(x, -80), 80) * math.Log2E
	whole := float32(int32(x))
	if x < whole {
		whole--
	}
	f := (x - whole) * math.Ln2
	p := 1 + f*(1+f*(0.5+f*(0.16666667+f*(0.041666668+f*0.008333334))))
	return p * math.Float32frombits(uint32(int32(whole)+127)<<23)
}

// verdict says what everything so far adds up to.
func (m *Model) verdict(s *State) Verdict {
	v := Verdict{Injected: s.score.injected, Drift: float64(s.work.drift), Departed: int(s.work.departed)}
	if s.calls > 0 {
		v.Suspicion = float64(s.score.peak)
	} else {
		v.Suspicion = float64(m.Bias)
	}
	v.Anomalous = s.calls > 0 && s.score.count > 0 && s.score.peak >= m.Alarm
	// A suspicion that is no alarm gives its name for a while, and then what is being
	// done has its own again; where the owner said what for, only if that is less probable.
	suspected := s.score.count > 0 && s.score.peak >= m.Suspect && s.actions-s.score.evidence[s.score.count-1] <= lasts
	if suspected && !v.Anomalous && s.work.prompts > 0 {
		p := m.purposes(s)
		suspected = m.probability(s.score.peak) >= float64(slices.Max(p[:]))
	}
	if v.Anomalous || suspected {
		v.Attack = true
		best := 0
		for c := range s.score.class {
			if s.score.class[c] > s.score.class[best] {
				best = c
			}
		}
		v.Class = Class(best)
		v.Score = m.probability(s.score.peak)
		return v
	}
	if s.calls == 0 && s.work.prompts == 0 {
		return v
	}
	p := m.purposes(s)
	best := 0
	for i := range p {
		if p[i] > p[best] {
			best = i
		}
	}
	// A session that does little else than look around on the machine is named so,
	// unless its owner asked for something: no alarm, but no ordinary work either.
	if w := &s.work; w.surveying() && (w.prompts == 0 || p[best] < sure) {
		v.Attack, v.Class, v.Score = true, Reconnaissance, m.probability(s.score.peak)
		return v
	}
	if p[best] >= m.Abstain {
		v.Known, v.Purpose, v.Score = true, Purpose(best), float64(p[best])
	}
	return v
}

// probability is the calibrated probability of an attack.
func (m *Model) probability(z float32) float64 {
	return 1 / (1 + math.Exp(-float64(m.Scale*z+m.Shift)))
}

// purposes returns how probable each purpose is.
func (m *Model) purposes(s *State) [Purposes]float32 {
	p := s.work.said
	for i := range p {
		p[i] += m.WorkBias[i]
	}
	var buf [maxTerms]Term
	for _, t := range s.work.terms(buf[:0]) {
		r := &m.Work[t.Feature]
		for i := range p {
			p[i] += t.Value * r[i]
		}
	}
	softmax(p[:], m.Heat)
	return p
}

// Evidence appends the numbers of the actions that speak for an attack, in their
// order.
func (s *State) Evidence(dst []int) []int {
	for _, e := range s.score.evidence[:s.score.count] {
		dst = append(dst, int(e))
	}
	return dst
}

// An EvidenceMark tells one set of evidence from another.
type EvidenceMark struct {
	count uint8
	last  int32
}

// EvidenceMark returns the mark of the evidence s has now: it is another one after
// the evidence changed.
func (s *State) EvidenceMark() EvidenceMark {
	if s.score.count == 0 {
		return EvidenceMark{}
	}
	return EvidenceMark{s.score.count, s.score.evidence[s.score.count-1]}
}
