package main

// The page in a real browser: what it looks like, that it can be used by keyboard and
// on a phone, that it asks nobody for anything, and that nothing in it is obeyed.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/examples/report/render"
	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/examples/report/story"
	"github.com/ambit-go/ambit/internal/backendtest"
)

// shots is a folder for screenshots, to be looked at; none are kept if it is empty.
var shots = os.Getenv("REPORT_SHOTS")

// pageOf writes the report of a session and returns its address.
func pageOf(t *testing.T, session string, all []spans.Span) string {
	t.Helper()
	g := gathered(session, all)
	var b bytes.Buffer
	if err := render.HTML(&b, &g, story.New(session, g.Spans), noon); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + filepath.ToSlash(name)
}

// look takes a screenshot, and holds that something is on it.
func look(t *testing.T, p *backendtest.Page, name string, whole bool) {
	t.Helper()
	shot := p.Screenshot(t, whole)
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	colours := map[any]bool{}
	for y := 0; y < min(img.Bounds().Dy(), 900); y += 3 {
		for x := 0; x < img.Bounds().Dx(); x += 3 {
			colours[img.At(x, y)] = true
		}
	}
	if len(colours) < 20 {
		t.Errorf("%s shows %d colours: nothing is on it", name, len(colours))
	}
	if shots != "" {
		if err := os.WriteFile(filepath.Join(shots, name+".png"), shot, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBrowserShowsTheReport(t *testing.T) {
	b := backendtest.StartBrowser(t)
	page := pageOf(t, "s-1", governed(t))
	for _, tt := range []struct {
		name string
		on   backendtest.Viewport
	}{
		{"desktop", backendtest.Viewport{}},
		{"dark", backendtest.Viewport{Dark: true}},
		{"phone", backendtest.Viewport{Width: 390, Height: 844, Scale: 2}},
		{"phone-dark", backendtest.Viewport{Width: 390, Height: 844, Scale: 2, Dark: true}},
		{"small-phone", backendtest.Viewport{Width: 320, Height: 640, Scale: 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := b.Open(t, page, tt.on)
			look(t, p, tt.name, false)
			look(t, p, tt.name+"-whole", true)
			var over int
			if p.Eval(t, `document.documentElement.scrollWidth - innerWidth`, &over); over > 0 {
				t.Errorf("the page is %d pixels wider than the screen", over)
			}
			var faint []string
			if p.Eval(t, contrasts, &faint); len(faint) > 0 {
				t.Errorf("text that is hard to read (WCAG 2.2, 1.4.3):\n%s", strings.Join(faint, "\n"))
			}
			// So it does with all that its calls say, opened.
			p.Eval(t, `new Promise((done) => {
				const calls = [...document.querySelectorAll('.call details')];
				calls.forEach((d) => { d.open = true; });
				const look = () => { if (calls.every((d) => d.querySelector('table'))) done(0); else setTimeout(look, 10); };
				look();
			})`, nil)
			look(t, p, tt.name+"-opened", true)
			var beyond []string
			if p.Eval(t, `[...document.querySelectorAll('.attrs td')].filter((e) => e.getBoundingClientRect().right > e.closest('.turn').getBoundingClientRect().right).map((e) => e.textContent.slice(0, 40))`, &beyond); len(beyond) > 0 {
				t.Errorf("beyond its card: %q", beyond)
			}
			if problems := p.Problems(); len(problems) > 0 {
				t.Errorf("the browser complains: %s", problems)
			}
			if diff := cmp.Diff([]string{page}, p.Requests(t)); diff != "" {
				t.Errorf("asked for (-want +got):\n%s", diff)
			}
		})
	}
}

// contrasts lists text whose contrast is under 4.5, or 3 where it is large.
const contrasts = `(() => {
  const rgb = (c) => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const lum = (c) => { const f = c.slice(0, 3).map((v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
  const bad = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const own = Array.from(e.childNodes).some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || e.closest('script,style,noscript,svg') || !e.checkVisibility()) continue;
    const s = getComputedStyle(e), a = lum(rgb(s.color)), b = lum(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const px = parseFloat(s.fontSize), large = px >= 24 || px >= 18.66 && s.fontWeight >= 700;
    if (ratio < (large ? 3 : 4.5)) bad.add(ratio.toFixed(2) + ' ' + e.tagName + '.' + e.className + ' ' + e.textContent.trim().slice(0, 40));
  }
  return [...bad];
})()`

func TestBrowserKeyboard(t *testing.T) {
	b := backendtest.StartBrowser(t)
	p := b.Open(t, pageOf(t, "s-1", governed(t)), backendtest.Viewport{})
	focus := func() (what string) {
		p.Eval(t, `document.activeElement.className || document.activeElement.id || document.activeElement.tagName`, &what)
		return what
	}
	p.Press(t, "Tab")
	if got := focus(); got != "skip" {
		t.Fatalf("the first Tab goes to %s, want the link over the navigation", got)
	}
	p.Press(t, "Enter")
	var hash string
	if p.Eval(t, `location.hash`, &hash); hash != "#timeline" {
		t.Errorf("Enter goes to %q, want the timeline", hash)
	}
	// Every call can be reached and opened, and says what its span says.
	p.Eval(t, `document.querySelector('#c8 summary').focus()`, nil)
	p.Press(t, "Enter")
	var attrs string
	p.Eval(t, `new Promise((done) => { const look = () => { const t = document.querySelector('#c8 table'); if (t) done(t.innerText); else setTimeout(look, 10); }; look(); })`, &attrs)
	for _, want := range []string{"ambit.decision.outcome\tdeny", "ambit.target.host\tpaste.example", "ambit.owner.id\tada@example.com"} {
		if !strings.Contains(attrs, want) {
			t.Errorf("call 8, opened, does not say %q:\n%s", want, attrs)
		}
	}
	look(t, p, "opened", false)
	var over int
	if p.Eval(t, `document.documentElement.scrollWidth - innerWidth`, &over); over > 0 {
		t.Errorf("the page with an open call is %d pixels wider than the screen", over)
	}
	// Focus can be seen.
	var outline string
	if p.Eval(t, `getComputedStyle(document.activeElement).outlineStyle`, &outline); outline != "solid" {
		t.Errorf("what has the focus has outline %q", outline)
	}
	// A finding leads to its call, even in a turn that is folded.
	p.Eval(t, `document.querySelectorAll('.turn').forEach((d) => { d.open = false; }); document.querySelector('.findings a[href="#c8"]').focus()`, nil)
	p.Press(t, "Enter")
	var open bool
	p.Eval(t, `new Promise((done) => { const look = () => { if (document.querySelector('#c8').closest('.turn').open) done(true); else setTimeout(look, 10); }; look(); })`, &open)
	if !open {
		t.Error("the turn of the call stays folded")
	}
}

func TestBrowserAccessibleNames(t *testing.T) {
	b := backendtest.StartBrowser(t)
	p := b.Open(t, pageOf(t, "s-1", governed(t)), backendtest.Viewport{})
	var bad []string
	p.Eval(t, `(() => {
	  const bad = [], say = (m, e) => bad.push(m + ' ' + (e ? e.outerHTML.slice(0, 90) : ''));
	  for (const tag of ['header', 'nav', 'main', 'footer', 'h1']) if (document.querySelectorAll('body > ' + tag + ', body > * > ' + tag).length !== 1) say('want one ' + tag);
	  for (const e of document.querySelectorAll('section, nav, [role=region], [role=img], form[role=search] input')) {
	    const by = e.getAttribute('aria-labelledby');
	    if (!(e.getAttribute('aria-label') || by && document.getElementById(by) || e.closest('label'))) say('no name', e);
	  }
	  for (const e of document.querySelectorAll('a, button, summary')) if (!e.textContent.trim()) say('empty', e);
	  for (const e of document.querySelectorAll('a[href^="#"]')) if (!document.getElementById(e.hash.slice(1))) say('leads nowhere', e);
	  const ids = Array.from(document.querySelectorAll('[id]'), (e) => e.id);
	  if (new Set(ids).size !== ids.length) say('an id is there twice');
	  if (document.documentElement.lang !== 'en') say('no language');
	  let last = 0;
	  for (const h of document.querySelectorAll('h1,h2,h3,h4')) { const n = +h.tagName[1]; if (n > last + 1) say('skips a level', h); last = n; }
	  for (const e of document.querySelectorAll('.badge')) if (!/[a-z]{3}/.test(e.textContent)) say('only a colour', e);
	  return bad;
	})()`, &bad)
	if len(bad) > 0 {
		t.Errorf("for people who do not see the page:\n%s", strings.Join(bad, "\n"))
	}
}

func TestBrowserObeysNothing(t *testing.T) {
	b := backendtest.StartBrowser(t)
	p := b.Open(t, pageOf(t, evil[0], hostile()), backendtest.Viewport{})
	p.Eval(t, `document.querySelectorAll('details').forEach((d) => { d.open = true; })`, nil)
	var tables int
	p.Eval(t, `new Promise((done) => { const look = () => { const n = document.querySelectorAll('table.attrs').length; if (n === 13) done(n); else setTimeout(look, 10); }; look(); })`, &tables)
	look(t, p, "hostile", true)
	var pwned bool
	if p.Eval(t, `window.pwned !== undefined`, &pwned); pwned {
		t.Error("something in a span was run")
	}
	var bad string
	p.Eval(t, `(() => {
	  const text = document.body.innerText;
	  return JSON.stringify({img: document.images.length, scripts: document.scripts.length, hidden: /[\u202a-\u202e\u2066-\u2069\u200b\u001b\u2028]/.test(text), shown: text.includes('<script>window.pwned=1</script>') && text.includes('⟨U+202E⟩')});
	})()`, &bad)
	if want := `{"img":0,"scripts":2,"hidden":false,"shown":true}`; bad != want {
		t.Errorf("got %s, want %s", bad, want)
	}
	if problems := p.Problems(); len(problems) > 0 {
		t.Errorf("the browser complains: %s", problems)
	}
}

func TestBrowserLargeSession(t *testing.T) {
	b := backendtest.StartBrowser(t)
	page := pageOf(t, "large", large(t))
	info, err := os.Stat(strings.TrimPrefix(page, "file://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("5,000 calls make a page of %d KiB", info.Size()>>10)
	if info.Size() > 6<<20 {
		t.Errorf("5,000 calls make a page of %d bytes", info.Size())
	}
	p := b.Open(t, page, backendtest.Viewport{})
	look(t, p, "large", false)
	p.Eval(t, `location.hash = '#timeline'`, nil)
	look(t, p, "large-timeline", false)
	var hits string
	p.Eval(t, `(() => { document.querySelector('[name=show][value=refused]').click(); return document.querySelector('#hits').textContent; })()`, &hits)
	if hits != "51 of 5000 calls" {
		t.Errorf("the filter finds %q", hits)
	}
	look(t, p, "large-refused", false)
	p.Eval(t, `(() => { document.querySelector('[name=show][value=""]').click(); document.querySelector('#q').value = 'deploy'; document.querySelector('.filter').requestSubmit(); return document.querySelector('#hits').textContent; })()`, &hits)
	if !strings.HasSuffix(hits, " of 5000 calls") || strings.HasPrefix(hits, "0 ") {
		t.Errorf("the search finds %q", hits)
	}
	p.Eval(t, `location.hash = '#c4711'`, nil)
	var shown bool
	p.Eval(t, `new Promise((done) => { const look = () => { const r = document.querySelector('#c4711').getBoundingClientRect(); if (r.height > 0 && r.top >= 0 && r.top < innerHeight) done(true); else setTimeout(look, 20); }; look(); })`, &shown)
	ph := b.Open(t, page, backendtest.Viewport{Width: 390, Height: 844, Scale: 2})
	look(t, ph, "large-phone", false)
	var over int
	if ph.Eval(t, `document.documentElement.scrollWidth - innerWidth`, &over); over > 0 {
		t.Errorf("the page is %d pixels wider than a phone", over)
	}
	if problems := p.Problems(); len(problems) > 0 {
		t.Errorf("the browser complains: %s", problems)
	}
}

// TestBrowserSavesTheEvidence holds that what the button saves is what -o json writes.
func TestBrowserSavesTheEvidence(t *testing.T) {
	b := backendtest.StartBrowser(t)
	all := governed(t)
	g := gathered("s-1", all)
	want, sum, err := render.Evidence(&g, story.New("s-1", g.Spans), noon)
	if err != nil {
		t.Fatal(err)
	}
	p := b.Open(t, pageOf(t, "s-1", all), backendtest.Viewport{})
	var got, shown, file string
	p.Eval(t, `new Promise((done) => {
	  const make = URL.createObjectURL;
	  URL.createObjectURL = (blob) => { blob.text().then(done); return make(blob); };
	  HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download; };
	  document.querySelector('#save').click();
	})`, &got)
	p.Eval(t, `document.querySelector('.sum').textContent`, &shown)
	p.Eval(t, `window.savedAs`, &file)
	h := sha256.Sum256([]byte(got))
	if got != string(want) || shown != sum || hex.EncodeToString(h[:]) != sum || file != "session-s-1.json" {
		t.Errorf("saved %d bytes as %s with sum %x, want %d with %s; the page says %s", len(got), file, h, len(want), sum, shown)
	}
}
