package render

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/ambit-go/ambit/examples/report/gather"
	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/examples/report/story"
)

//go:embed page.tmpl
var pageText string

//go:embed page.css
var styles string

//go:embed page.js
var script string

// page is the template; html/template escapes every value for the place it stands
// in, and visible shows what would not be seen.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"v": visible, "cut": func(n int, s string) string { return cut(s, n) },
}).Parse(pageText))

// hashOf is how a content security policy names an inline script or style.
func hashOf(text string) string {
	h := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(h[:]) + "'"
}

// A sheet is what the template writes.
type sheet struct {
	Policy   string
	Style    template.CSS
	Script   template.JS
	Made     string
	Title    string
	Headline string
	Sentence string
	Grade    string
	Facts    []fact
	Cards    []card
	Findings []found
	Graph    template.HTML
	Strip    template.HTML
	Groups   []groupView
	Away     []*rowView
	AwayMore int
	Intents  []intentView
	Turns    []turnView
	Legend   []legend
	Source   []fact
	Counters []counterView
	Problems []string
	Many     bool          // calls: too many to lay out at once
	Evidence template.HTML // gzip, base64
	Sum      string
	File     string
}

type card struct{ Name, Value, Note, Class string }

type found struct {
	Class, Mark, Title, Why string
	Links                   []int
	More                    int
}

type groupView struct {
	Title   string
	Reached []thingView
	Refused []thingView
	More    int
}

type thingView struct {
	Name, Times string
	First       int // call
}

type intentView struct {
	Label string
	Odd   bool
	Call  int // 0 if it was said of a prompt
	At    string
}

type legend struct{ Class, Name, N string }

type turnView struct {
	ID, Title, Prompt string
	Depth             int
	Open              bool
	Blocks            []block
}

// A block is up to blockSize lines, folded away where there are many.
type block struct {
	Title string
	Fold  bool
	Lines []lineView
}

type lineView struct {
	Gap  string
	Call *rowView
}

// A rowView is a call.
type rowView struct {
	Number  int
	Seq     int64
	Span    int // index in the evidence
	Offset  string
	Time    string
	Class   string
	Verdict string
	Tool    string
	Agent   string // of a subagent
	Aim     string
	Because string
	Nearest string
	Chips   []chip
	Beyond  []string
}

type counterView struct {
	Line string
	Bad  bool
}

const (
	blockSize = 100 // calls in one fold
	openUpTo  = 60  // calls of a turn that is open at first
	linksUpTo = 12  // links of one finding
	awayUpTo  = 200 // refused calls listed apart
	groupUpTo = 50  // things listed of one kind
	manyCalls = 300 // from which turns are folded at first
)

// HTML writes a session as one page that needs nothing else.
func HTML(w io.Writer, g *gather.Gathered, s *story.Story, made time.Time) error {
	doc, sum, err := Evidence(g, s, made)
	if err != nil {
		return err
	}
	packed, err := pack(doc)
	if err != nil {
		return err
	}
	v := view{s: s, at: map[*spans.Span]int{}}
	for i := range g.Spans {
		v.at[&g.Spans[i]] = i
	}
	p := sheet{
		Policy: "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + hashOf(styles) + "; script-src " + hashOf(script),
		Style:  template.CSS(styles), Script: template.JS(script), //nolint:gosec // both are files of this package
		Made: day(made), Title: visible(cut(s.Session, 60)), Headline: visible(s.Headline()), Sentence: visible(sentence(s)),
		Grade: grades[s.Grade()], Facts: facts(s), Cards: v.cards(g), Findings: v.found(), Graph: graph(s), Strip: strip(s), Groups: v.groups(),
		Intents: v.intents(), Turns: v.turns(), Legend: v.legend(), Source: source(g, s), Problems: g.Problems, Many: len(s.Calls) > manyCalls,
		Evidence: template.HTML(packed), //nolint:gosec // base64
		Sum:      sum, File: "session-" + fileName(s.Session) + ".json",
	}
	for i, c := range turnedAway(s) {
		if i == awayUpTo {
			p.AwayMore = len(turnedAway(s)) - i
			break
		}
		p.Away = append(p.Away, v.row(c))
	}
	for i := range s.Counters {
		c := &s.Counters[i]
		p.Counters = append(p.Counters, counterView{counterLine(c), len(c.Gaps) > 0})
	}
	return page.Execute(w, p)
}

// pack compresses the evidence: attributes say the same again and again.
func pack(doc []byte) (string, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(doc); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// fileName keeps what is harmless in a file's name.
func fileName(s string) string {
	name := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, s)
	return name[:min(len(name), 60)]
}

func source(g *gather.Gathered, s *story.Story) []fact {
	list := []fact{{"from", g.Source.Kind + ": " + g.Source.Where}}
	if n := g.Source.Searches; n > 0 {
		list = append(list, fact{"asked", plural(n, "page") + " over " + plural(max(len(g.Source.Services), 1), "service")})
	}
	return append(list,
		fact{"found", plural(s.Spans, "span") + " in " + plural(s.Traces, "trace")},
		fact{"services", orNone(strings.Join(s.Services, ", "))})
}
