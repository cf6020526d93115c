package intentmodel

import (
	"math/bits"

	"github.com/ambit-go/ambit/boundary/effect"
)

func trailing(v uint64) int { return bits.TrailingZeros64(v) }

// A reach is a kind of consequence that the ordinary detours of a task do not
// have: reading around, editing, testing, building and committing reach nothing.
type reach uint8

const (
	reachInstall  reach = iota // other people's code comes in
	reachSecret                // a place that holds a secret is read
	reachSystem                // the machine's own files are changed
	reachRemote                // something in a cloud, a cluster or a data base is changed
	reachOut                   // data goes to somebody outside
	reachIdentity              // another identity, or somebody's rights
	reachDelete                // something outside the workspace is removed
	reaches
)

// far says how far each reach is from a task that does not need it: 0 not at all,
// 1 wholly. The default row is for tasks that are not listed.
var far = func() (t [purposes][reaches]float32) {
	for p := range t {
		t[p] = [reaches]float32{reachInstall: 0, reachSecret: 0.4, reachSystem: 0.5, reachRemote: 0.5, reachOut: 0.4, reachIdentity: 0.5, reachDelete: 0.4}
	}
	for _, p := range []Purpose{Explore, Review, Docs} { // look, and leave things as they are
		t[p] = [reaches]float32{reachInstall: 0.25, reachSecret: 0.5, reachSystem: 0.6, reachRemote: 0.6, reachOut: 0.4, reachIdentity: 0.6, reachDelete: 0.5}
	}
	t[Deploy] = [reaches]float32{reachSecret: 0.25, reachSystem: 0.25, reachIdentity: 0.25, reachDelete: 0.3}
	t[Config] = [reaches]float32{reachSecret: 0.3, reachSystem: 0.25, reachRemote: 0.3, reachOut: 0.4, reachIdentity: 0.3, reachDelete: 0.3}
	t[Dependency][reachSystem] = 0.3
	t[DataAnalysis][reachRemote] = 0.3
	t[VCS][reachOut] = 0.3
	return t
}()

// reached returns the reaches of one call, a bit each.
func (g *sight) reached() (r uint8) {
	set := func(x reach, yes bool) {
		if yes {
			r |= 1 << x
		}
	}
	l := loadLexicon()
	set(reachInstall, g.x.banks[bankActed].meets(l.known.install))
	set(reachSecret, g.secret)
	set(reachSystem, g.region(regionSystem) || g.region(regionConfig) || g.region(regionDevice) || g.region(regionRoot))
	set(reachRemote, g.has(mutatesCloud))
	set(reachOut, (g.v.has(featOut+int(effect.Host)) || g.v.has(featOut+int(effect.URL))) && !g.forge)
	set(reachIdentity, g.grants && g.changes || g.switched())
	set(reachDelete, g.outsides > 0 && !g.onlyTemp)
	return r
}

func (g *sight) has(o other) bool { return g.v.has(featOther + int(o)) }

// region reports whether something in region r is changed or removed.
func (g *sight) region(r int) bool {
	return g.v.has(featRegion+4*r+1) || g.v.has(featRegion+4*r+2)
}

// system reports whether the machine's own files are read.
func (g *sight) system() bool {
	for _, r := range [...]int{regionSystem, regionConfig, regionState, regionDevice, regionRoot} {
		if g.v.has(featRegion + 4*r) {
			return true
		}
	}
	return false
}

func (g *sight) switched() bool {
	for k := 1; k < switchKinds; k++ {
		if g.v.has(featSwitch + k) {
			return true
		}
	}
	return false
}

// drift says how far the session has gone from its task: what it reached that the
// task does not need, each kind counted once, and what looks like an attack; strayed
// at least.
func (m *Model) drift(s *State, g *sight, z, strayed float32) {
	w := &s.work
	if w.task == 0 && w.prompts == 0 {
		return // nothing to depart from
	}
	w.reached |= g.reached()
	left := float32(1)
	if p, known := m.asked(s); w.reached != 0 && (w.task != 0 || known) {
		for r := range reaches {
			if w.reached&(1<<r) == 0 {
				continue
			}
			left *= 1 - m.distance(w, &p, r)
		}
	}
	d := max(1-left, strayed)
	if z >= m.Suspect {
		d = max(d, float32(m.probability(z)))
	}
	w.drift = max(w.drift, d)
	if w.drift >= drifted && w.departed == 0 {
		w.departed = s.actions
	}
}

// distance is how far r is from the task: the nearest of the declared intents, or
// what the prompt lets expect.
func (m *Model) distance(w *workState, p *[Purposes]float32, r reach) float32 {
	if w.task != 0 {
		d := float32(1)
		for t := range Purpose(Purposes) {
			if w.task&(1<<t) != 0 {
				d = min(d, far[t][r])
			}
		}
		return d
	}
	var d float32
	for t := range Purpose(Purposes) {
		d += p[t] * far[t][r]
	}
	return d
}

// asked returns how probable each purpose is by the prompts alone, and whether one
// of them is probable enough to hold a session to it.
func (m *Model) asked(s *State) (p [Purposes]float32, known bool) {
	p = s.work.said
	for i := range p {
		p[i] += m.WorkBias[i]
	}
	softmax(p[:], m.Heat)
	for _, v := range p {
		known = known || v >= sure
	}
	return p, known && s.work.prompts > 0
}
