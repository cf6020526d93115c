package leaks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/report"
	"github.com/zricethezav/gitleaks/v8/sources"

	"github.com/ambit-go/ambit/boundary/secret"
)

// What a detector looks at unless it is told otherwise. At a megabyte a second, its
// speed on results in JSON, 64 KiB take some 60 ms.
const (
	defaultMaxBytes = 64 << 10
	defaultBudget   = 250 * time.Millisecond
)

// An Option changes what [New] makes.
type Option interface{ apply(options) options }

type options struct {
	toml     string
	maxBytes int
	budget   time.Duration
}

type optionFunc func(options) options

func (f optionFunc) apply(o options) options { return f(o) }

// WithConfig uses rules of your own: the text of a .gitleaks.toml. Its [extend] section
// may ask for the default rules as well; it cannot name a file.
func WithConfig(toml string) Option {
	return optionFunc(func(o options) options { o.toml = toml; return o })
}

// WithMaxBytes sets how much of a text is looked at, 64 KiB if it is not given.
func WithMaxBytes(n int) Option {
	return optionFunc(func(o options) options { o.maxBytes = n; return o })
}

// WithBudget sets how long one text may take, 250 ms if it is not given. The rule
// that runs when the time is over comes to its end.
func WithBudget(d time.Duration) Option {
	return optionFunc(func(o options) options { o.budget = d; return o })
}

// New returns gitleaks v8 as a detector, with its default rules unless [WithConfig]
// gives others. It compiles them, which takes some 50 ms and 14 MiB. The kinds of its
// findings are the ids of rules. It fails on rules that cannot be read.
func New(opts ...Option) (secret.Detector, error) {
	o := options{toml: config.DefaultConfig, maxBytes: defaultMaxBytes, budget: defaultBudget}
	for _, opt := range opts {
		o = opt.apply(o)
	}
	cfg, err := parse(o.toml)
	if err != nil {
		return nil, fmt.Errorf("leaks: read rules: %w", err)
	}
	d := detect.NewDetector(cfg)
	d.IgnoreGitleaksAllow = true
	return secret.Limit(&detector{leaks: d, budget: o.budget}, o.maxBytes), nil
}

// parsing keeps two calls of New apart: gitleaks has global state where one
// configuration extends another.
var parsing sync.Mutex

func parse(toml string) (cfg config.Config, err error) {
	parsing.Lock()
	defer parsing.Unlock()
	defer func() {
		if r := recover(); r != nil { // a rule whose expression does not compile
			err = fmt.Errorf("%v", r)
		}
	}()
	v := viper.New()
	v.SetConfigType("toml")
	if err := v.ReadConfig(strings.NewReader(toml)); err != nil {
		return cfg, err
	}
	var vc config.ViperConfig
	if err := v.Unmarshal(&vc); err != nil {
		return cfg, err
	}
	if vc.Extend.Path != "" {
		return cfg, errors.New("a configuration cannot extend a file")
	}
	return vc.Translate()
}

type detector struct {
	leaks  *detect.Detector
	budget time.Duration
}

func (d *detector) Detect(dst []secret.Finding, text []byte, place secret.Place) []secret.Finding {
	if len(text) == 0 {
		return dst
	}
	if place == secret.EnvName || place == secret.Host {
		return dst // gitleaks has no rules for names
	}
	fragment := sources.Fragment{Raw: string(text)}
	if place == secret.Path {
		fragment.FilePath = fragment.Raw
	}
	ctx, cancel := context.WithTimeout(context.Background(), d.budget)
	defer cancel()
	found := d.leaks.DetectContext(ctx, detect.Fragment(fragment)) //nolint:staticcheck // v8 takes the old name alone
	if ctx.Err() != nil {
		return append(dst, secret.Finding{Kind: secret.Unscanned, Place: place, Length: len(text)})
	}
	return locate(dst, fragment.Raw, place, found)
}

// locate turns what gitleaks says, the secret itself, into offsets. Every place where the
// secret stands is one: gitleaks may have met its name at the second alone.
func locate(dst []secret.Finding, text string, place secret.Place, found []report.Finding) []secret.Finding {
	var mine []secret.Finding
	done := make(map[string]bool, len(found))
	for _, f := range found {
		if f.Secret == "" { // a rule about paths
			mine = append(mine, secret.Finding{Kind: f.RuleID, Place: place})
			continue
		}
		if done[f.Secret] {
			continue
		}
		done[f.Secret] = true
		for at := 0; ; {
			i := strings.Index(text[at:], f.Secret)
			if i < 0 {
				break
			}
			mine = append(mine, secret.Finding{Kind: f.RuleID, Place: place, Offset: at + i, Length: len(f.Secret)})
			at += i + len(f.Secret)
		}
	}
	if len(mine) < 2 {
		return append(dst, mine...)
	}
	all := secret.DetectorFunc(func(dst []secret.Finding, _ []byte, _ secret.Place) []secret.Finding { return append(dst, mine...) })
	return secret.Join(all).Detect(dst, nil, place) // in order, and apart
}
