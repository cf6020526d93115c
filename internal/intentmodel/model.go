package intentmodel

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:embed model.txt
var modelText string

// A Model is the weights of two linear models. One says how much an action looks
// like part of an attack, and of which kind; its weights for "how much" are never
// negative, so that nothing an attacker adds to an action makes it look better.
// The other says what the work of a session is for.
type Model struct {
	Version string
	name    string

	Bias      float32           // of the suspicion, a logit
	ClassBias [Classes]float32  // of the kind
	Weights   [features]Row     // by feature
	WorkBias  [Purposes]float32 // of the purpose
	Work      [workFeatures][Purposes]float32

	Alarm   float32 // an action whose suspicion is at least this raises the alarm
	Suspect float32 // one at least this is named after an attack without an alarm
	Scale   float32 // calibration: P(attack) = 1/(1+exp(-(Scale*suspicion+Shift)))
	Shift   float32
	Heat    float32 // calibration of the purpose: logits are multiplied with it
	Abstain float32 // a purpose less probable than this is unknown
}

// A Row is the weights of one feature: for suspicion, and for each kind.
type Row struct {
	Suspicion float32
	Class     [Classes]float32
}

// modelName is the name of the default model, before its version.
const modelName = "ambit-default/"

// Name is what results of the model are signed with.
func (m *Model) Name() string { return m.name }

// Load returns the model that is part of the program.
func Load() *Model {
	if m := loaded().model; m != nil {
		return m
	}
	return readModel()
}

// readModel reads model.txt, whose features have their names from the other texts.
var readModel = sync.OnceValue(func() *Model {
	m, err := Read(strings.NewReader(modelText))
	if err != nil {
		return new(Model) // a test holds that this cannot happen
	}
	return m
})

// Read reads the form that [Model.Write] writes. Features it does not know are
// an error: a model belongs to the signs and words it was trained with.
func Read(r io.Reader) (*Model, error) {
	m := new(Model)
	index := byName(FeatureNames())
	work := byName(WorkFeatureNames())
	in := bufio.NewScanner(r)
	for no := 1; in.Scan(); no++ {
		f := strings.Fields(in.Text())
		if len(f) == 0 || f[0][0] == '#' {
			continue
		}
		if err := m.line(f, index, work); err != nil {
			return nil, fmt.Errorf("model:%d: %w", no, err)
		}
	}
	return m, in.Err()
}

func byName(names []string) map[string]int {
	m := make(map[string]int, len(names))
	for i, n := range names {
		if n != "" {
			m[n] = i
		}
	}
	return m
}

func (m *Model) line(f []string, index, work map[string]int) error {
	switch f[0] {
	case "version":
		if len(f) != 2 {
			return fmt.Errorf("want one version")
		}
		m.Version, m.name = f[1], modelName+f[1]
		return nil
	case "number":
		if len(f) != 3 {
			return fmt.Errorf("want a name and a number")
		}
		at := m.number(f[1])
		if at == nil {
			return fmt.Errorf("%q is no number of a model", f[1])
		}
		return floats(f[2:], at)
	case "bias":
		return floats(f[1:], pointers(&m.Bias, m.ClassBias[:])...)
	case "workbias":
		return floats(f[1:], pointers(nil, m.WorkBias[:])...)
	case "feature":
		i, ok := index[second(f)]
		if !ok {
			return fmt.Errorf("unknown feature %q", second(f))
		}
		return floats(f[2:], pointers(&m.Weights[i].Suspicion, m.Weights[i].Class[:])...)
	case "work":
		i, ok := work[second(f)]
		if !ok {
			return fmt.Errorf("unknown feature of the purpose %q", second(f))
		}
		return floats(f[2:], pointers(nil, m.Work[i][:])...)
	}
	return fmt.Errorf("unknown line %q", f[0])
}

// second returns the word after a line's first.
func second(f []string) string {
	if len(f) > 1 {
		return f[1]
	}
	return ""
}

func (m *Model) number(name string) *float32 {
	switch name {
	case "alarm":
		return &m.Alarm
	case "suspect":
		return &m.Suspect
	case "scale":
		return &m.Scale
	case "shift":
		return &m.Shift
	case "heat":
		return &m.Heat
	case "abstain":
		return &m.Abstain
	}
	return nil
}

func pointers(first *float32, rest []float32) []*float32 {
	var p []*float32
	if first != nil {
		p = append(p, first)
	}
	for i := range rest {
		p = append(p, &rest[i])
	}
	return p
}

func floats(f []string, to ...*float32) error {
	if len(f) != len(to) {
		return fmt.Errorf("want %d numbers, got %d", len(to), len(f))
	}
	for i, s := range f {
		v, err := strconv.ParseFloat(s, 32)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%q is no number", s)
		}
		*to[i] = float32(v)
	}
	return nil
}

// Write writes m as text, a line a feature, so that a change of the weights can
// be read. Weights are rounded to three places, which Write also does to m: what
// was measured is what is written.
func (m *Model) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# Weights of the default intent classifier, written by internal/tools/trainintent; do not edit.\n")
	fmt.Fprintf(out, "version %s\n", m.Version)
	for _, n := range []string{"alarm", "suspect", "scale", "shift", "heat", "abstain"} {
		fmt.Fprintf(out, "number %s %s\n", n, three(m.number(n)))
	}
	fmt.Fprintf(out, "\n# bias and features: suspicion, then %s\n", strings.Join(classNames[:], " "))
	fmt.Fprintf(out, "bias%s\n", row(pointers(&m.Bias, m.ClassBias[:])))
	for i, n := range FeatureNames() {
		r := &m.Weights[i]
		if n != "" && !allZero(pointers(&r.Suspicion, r.Class[:])) {
			fmt.Fprintf(out, "feature %s%s\n", n, row(pointers(&r.Suspicion, r.Class[:])))
		}
	}
	fmt.Fprintf(out, "\n# purposes: %s\n", strings.Join(purposeNames[:], " "))
	fmt.Fprintf(out, "workbias%s\n", row(pointers(nil, m.WorkBias[:])))
	for i, n := range WorkFeatureNames() {
		if p := pointers(nil, m.Work[i][:]); n != "" && !allZero(p) {
			fmt.Fprintf(out, "work %s%s\n", n, row(p))
		}
	}
	return out.Flush()
}

func allZero(p []*float32) bool {
	for _, v := range p {
		if math.Abs(float64(*v)) >= 0.0005 {
			return false
		}
	}
	return true
}

func row(p []*float32) string {
	var b strings.Builder
	for _, v := range p {
		b.WriteByte(' ')
		b.WriteString(three(v))
	}
	return b.String()
}

func three(v *float32) string {
	s := strconv.FormatFloat(float64(*v), 'f', 3, 32)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		s = "0"
	}
	r, err := strconv.ParseFloat(s, 32)
	if err == nil {
		*v = float32(r)
	}
	return s
}
