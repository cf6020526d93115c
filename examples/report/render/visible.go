// Package render writes a story: as a page, as text for a terminal, and as evidence.
package render

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/ambit-go/ambit/examples/report/story"
)

// visible makes characters that nobody sees, or that change how others are seen,
// plain to see: control characters, with those a terminal obeys, bidirectional
// ones, and what is no character. Values come from models and from peers.
func visible(s string) string {
	if !strings.ContainsFunc(s, hidden) && strings.ToValidUTF8(s, "") == s {
		return s
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\ufffd") {
		if hidden(r) {
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// hidden reports whether a character is not to be shown as it is: controls, format
// characters (bidirectional, zero-width, tags) and separators of lines.
func hidden(r rune) bool {
	return r != ' ' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar)
}

// cut shortens s to n characters.
func cut(s string, n int) string {
	i := 0
	for at := range s {
		if i++; i > n {
			return s[:at] + "…"
		}
	}
	return s
}

// middle shortens s to n characters and keeps its end, where paths differ.
func middle(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	head := n / 3
	return string(r[:head]) + "…" + string(r[len(r)-(n-head-1):])
}

// lasted writes a duration as people do.
func lasted(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// offset writes a time since the start.
func offset(d time.Duration) string {
	if d < 0 {
		d = 0
	}
	s := int(d.Seconds())
	switch {
	case d < time.Minute:
		return fmt.Sprintf("+%.1fs", d.Seconds())
	case s < 3600:
		return fmt.Sprintf("+%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("+%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// day and clock write a moment; all times are UTC.
func day(t time.Time) string   { return t.UTC().Format("2 Jan 2006, 15:04:05 UTC") }
func clock(t time.Time) string { return t.UTC().Format("15:04:05") }

// plural writes a number and what it counts.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return story.Number(int64(n)) + " " + one + "s"
}
