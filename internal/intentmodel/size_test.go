package intentmodel

import (
	"reflect"
	"testing"
	"unsafe"
)

// TestStateSize holds what a session costs: at most 2 KiB, and nothing for the
// garbage collector to follow.
func TestStateSize(t *testing.T) {
	size := unsafe.Sizeof(State{})
	t.Logf("%d bytes", size)
	if size > 2<<10 {
		t.Errorf("a session's state takes %d bytes, want at most 2048", size)
	}
	if path := pointer(reflect.TypeFor[State]()); path != "" {
		t.Errorf("State has a pointer: %s", path)
	}
}

// pointer returns where t holds a pointer; empty if nowhere.
func pointer(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct:
		for f := range t.Fields() {
			if p := pointer(f.Type); p != "" {
				return f.Name + "." + p
			}
		}
		return ""
	case reflect.Array:
		return pointer(t.Elem())
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.String, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return t.String()
	default:
		return ""
	}
}
