package intentmodel

// A SignInfo is what the lexicon says of a sign, for the trainer.
type SignInfo struct {
	Feature int
	Class   Class
	Tier    int
}

// Signs returns every sign of the lexicon.
func Signs() []SignInfo {
	l := loadLexicon()
	out := make([]SignInfo, 0, len(l.signs))
	for i, s := range l.signs {
		if i > 0 {
			out = append(out, SignInfo{Feature: i, Class: s.class, Tier: int(s.tier)})
		}
	}
	return out
}

// Surveys reports whether a session does little else than look around on the
// machine.
func (s *State) Surveys() bool { return s.work.surveying() }
