package secret

import (
	"cmp"
	"slices"
	"unicode/utf8"
	"unsafe"
)

// Redact appends text to dst with everything that was found replaced by
// "[redacted:kind]", and returns it. Findings may be in any order and may overlap:
// what overlaps becomes one. No rune is cut: a finding that begins or ends inside one
// takes all of it. Findings of length 0 and those outside the text change nothing.
func Redact(dst, text []byte, found []Finding) []byte {
	if !slices.IsSortedFunc(found, byOffset) {
		found = slices.SortedFunc(slices.Values(found), byOffset)
	}
	done := 0
	for i := 0; i < len(found); i++ {
		f := found[i]
		from, to := span(text, f)
		if to <= from || to <= done {
			continue
		}
		for i+1 < len(found) { // the longest of those that overlap
			next, end := span(text, found[i+1])
			if next >= to {
				break
			}
			to = max(to, end)
			i++
		}
		dst = append(dst, text[done:max(from, done)]...)
		dst = append(dst, "[redacted:"...)
		dst = append(dst, cmp.Or(f.Kind, "secret")...)
		dst = append(dst, ']')
		done = to
	}
	return append(dst, text[done:]...)
}

// span returns where f is in text, widened to whole runes.
func span(text []byte, f Finding) (from, to int) {
	if f.Offset < 0 || f.Length <= 0 || f.Offset >= len(text) {
		return 0, 0
	}
	from, to = f.Offset, f.Offset+min(f.Length, len(text)-f.Offset)
	for n := 0; n < utf8.UTFMax-1 && from > 0 && !utf8.RuneStart(text[from]); n++ {
		from--
	}
	for n := 0; n < utf8.UTFMax-1 && to < len(text) && !utf8.RuneStart(text[to]); n++ {
		to++
	}
	return from, to
}

// RedactString returns s with everything d finds in it replaced, and s itself if it
// finds nothing. A nil d is [Default].
func RedactString(d Detector, s string, place Place) string {
	if d == nil {
		if !Has(s, place) {
			return s
		}
		d = Default()
	}
	text := view(s)
	var room [8]Finding
	found := d.Detect(room[:0], text, place)
	if len(found) == 0 {
		return s
	}
	return string(Redact(make([]byte, 0, len(s)), text, found))
}

// Has reports whether [Default] finds anything in text. It stops at the first finding and
// allocates nothing.
func Has[T string | []byte](text T, place Place) bool {
	s := scan{automaton: theAutomaton(), text: view(text), place: place, only: true}
	var room [1]Finding
	if len(namedPlace(room[:0], s.text, place)) > 0 {
		return true
	}
	s.run()
	return s.found
}

// view returns the bytes of text, not copied: detectors do not modify them.
func view[T string | []byte](text T) []byte {
	return unsafe.Slice(unsafe.StringData(*(*string)(unsafe.Pointer(&text))), len(text)) //nolint:gosec // read only; both headers begin with the data and its length
}
