package intentmodel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// layout is a hash of the names, types and places of a State's fields: what is kept
// by a program in which they differ cannot be taken up.
var layout = sync.OnceValue(func() uint64 {
	h := offset
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		h = hashOn(h, t.Kind().String())
		h = (h ^ uint64(t.Size())) * prime
		switch t.Kind() {
		case reflect.Struct:
			for f := range t.Fields() {
				h = (hashOn(h, f.Name) ^ uint64(f.Offset)) * prime
				walk(f.Type)
			}
		case reflect.Array:
			walk(t.Elem())
		default:
		}
	}
	walk(reflect.TypeFor[State]())
	one := uint16(1)
	if *(*byte)(unsafe.Pointer(&one)) == 0 { //nolint:gosec // the order of bytes is a part of the layout
		h++
	}
	return h
})

// view is s as bytes. A State has no pointers, which a test holds.
func (s *State) view() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(s)), unsafe.Sizeof(*s)) //nolint:gosec // see above
}

// AppendKept appends s in a form that another process can take up: a mark of the
// layout and of the model, and the bytes with zeros counted rather than written.
func (m *Model) AppendKept(dst []byte, s *State) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, layout()^hash(m.name))
	b := s.view()
	for len(b) > 0 {
		zeros := 0
		for zeros < len(b) && zeros < 255 && b[zeros] == 0 {
			zeros++
		}
		b = b[zeros:]
		n := 0
		for n < len(b) && n < 255 && (b[n] != 0 || n+2 < len(b) && (b[n+1] != 0 || b[n+2] != 0)) {
			n++
		}
		dst = append(dst, byte(zeros), byte(n))
		dst = append(dst, b[:n]...)
		b = b[n:]
	}
	return dst
}

var errKept = errors.New("intentmodel: kept by another model, or broken")

// TakeUp sets s to what AppendKept wrote of one.
func (m *Model) TakeUp(s *State, kept []byte) error {
	if len(kept) < 8 || binary.LittleEndian.Uint64(kept) != layout()^hash(m.name) {
		return errKept
	}
	kept = kept[8:]
	var fresh State
	b := fresh.view()
	for len(kept) > 0 {
		if len(kept) < 2 || len(kept) < 2+int(kept[1]) || len(b) < int(kept[0])+int(kept[1]) {
			return fmt.Errorf("%w: %d bytes are left", errKept, len(kept))
		}
		b = b[kept[0]:]
		copy(b, kept[2:2+int(kept[1])])
		b = b[kept[1]:]
		kept = kept[2+int(kept[1]):]
	}
	if len(b) > 0 || !fresh.sound() {
		return errKept
	}
	*s = fresh
	return nil
}

// sound reports whether what serves as an index is one.
func (s *State) sound() bool {
	return int(s.nextFile) < len(s.files) && int(s.nextAsked) < len(s.prompted) && int(s.nextGiven) < len(s.returned) &&
		s.score.count <= maxEvidence && s.actions >= 0 && s.calls >= 0
}
