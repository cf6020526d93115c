package policy

// Plans returns how many plans are kept for the names of tools.
func (p *Policy) Plans() int {
	n := 0
	for _, l := range p.layers {
		n += len(l.grantsOf.plans.plans) + len(l.rulesOf.plans.plans)
	}
	return n
}

// Registered returns how many sessions' counters can be found.
func (p *Policy) Registered() int {
	p.sessions.mu.Lock()
	defer p.sessions.mu.Unlock()
	return len(p.sessions.by)
}

// FoldPaths sets whether prohibitions take no regard of case, and returns what
// undoes it.
func FoldPaths(on bool) func() {
	was := foldPaths
	foldPaths = on
	return func() { foldPaths = was }
}
