package secret

import (
	"bytes"
	"slices"
)

// Unscanned is the kind of the finding with which [Limit] says that it did not look.
const Unscanned = "unscanned"

// Limit returns a detector that gives d at most n bytes of a text. The rest is a
// finding of its own, of kind [Unscanned], since nobody knows what is in it: a
// redactor takes it out, a checker may ask for approval. The border is put behind a blank
// or a quote where one is near, so that it cuts no secret in two. A nil d is [Default].
func Limit(d Detector, n int) Detector {
	if d == nil {
		d = Default()
	}
	return DetectorFunc(func(dst []Finding, text []byte, place Place) []Finding {
		if len(text) <= n {
			return d.Detect(dst, text, place)
		}
		cut := max(n, 0)
		near := max(0, cut-maxSplit)
		if i := bytes.LastIndexAny(text[near:cut], " \t\r\n\",;'"); i >= 0 {
			cut = near + i + 1
		}
		dst = d.Detect(dst, text[:cut], place)
		return append(dst, Finding{Kind: Unscanned, Place: place, Offset: cut, Length: len(text) - cut})
	})
}

// maxSplit bounds how far before its limit a text is cut.
const maxSplit = 256

// Join returns a detector that finds what any of ds finds, in the order of offsets.
// Findings that overlap become one that covers them; it has the kind that the earliest
// of ds gave.
func Join(ds ...Detector) Detector {
	ds = slices.DeleteFunc(slices.Clone(ds), func(d Detector) bool { return d == nil })
	return DetectorFunc(func(dst []Finding, text []byte, place Place) []Finding {
		begin := len(dst)
		var from []int // where the findings of each detector end
		for _, d := range ds {
			dst = d.Detect(dst, text, place)
			from = append(from, len(dst)-begin)
		}
		return append(dst[:begin], merge(dst[begin:], from)...)
	})
}

// merge sorts findings and makes one of those that overlap. ends says where those of
// each detector end.
func merge(found []Finding, ends []int) []Finding {
	type ranked struct {
		Finding
		rank int
	}
	all := make([]ranked, len(found))
	for i, f := range found {
		rank, _ := slices.BinarySearch(ends, i+1)
		all[i] = ranked{f, rank}
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return byOffset(a.Finding, b.Finding) })
	var last ranked
	out := found[:0]
	for i, f := range all {
		if i > 0 && (f.Finding == last.Finding || f.Length > 0 && last.Length > 0 && f.Offset < last.Offset+last.Length) {
			if f.rank < last.rank {
				last.Kind, last.rank = f.Kind, f.rank
			}
			last.Length = max(last.Offset+last.Length, f.Offset+f.Length) - last.Offset
			out[len(out)-1] = last.Finding
			continue
		}
		last = f
		out = append(out, f.Finding)
	}
	return out
}
