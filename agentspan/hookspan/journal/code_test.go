package journal

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fill sets every field below v to something, so that one that is left out shows.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(noon.Add(time.Duration(*n) * time.Second)))
			return
		}
		for _, f := range v.Fields() {
			fill(f, n)
		}
	case reflect.String:
		v.SetString("text " + string(rune('a'+*n%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(*n%3 + 1))
	case reflect.Float64:
		v.SetFloat(float64(*n) / 7)
	case reflect.Slice:
		s := reflect.MakeSlice(v.Type(), 2, 2)
		fill(s.Index(0), n)
		fill(s.Index(1), n)
		v.Set(s)
	case reflect.Map:
		m := reflect.MakeMap(v.Type())
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value, n)
		m.SetMapIndex(reflect.ValueOf("key"), value)
		v.Set(m)
	default:
		panic(v.Kind().String())
	}
}

// TestStateIsKeptWhole holds that every field of a State, and of what it holds, comes back.
func TestStateIsKeptWhole(t *testing.T) {
	var full State
	n := 0
	fill(reflect.ValueOf(&full).Elem(), &n)
	for name, want := range map[string]State{"full": full, "zero": {}} {
		line, err := encode(&Record{Version: Version, State: want}, false)
		if err != nil {
			t.Fatal(err)
		}
		r, ok := parse(line[:len(line)-1])
		if !ok {
			t.Fatalf("%s: not read back", name)
		}
		if diff := cmp.Diff(want, r.State); diff != "" {
			t.Errorf("%s (-written +read):\n%s", name, diff)
		}
		s, _, ok := last(line, true)
		if diff := cmp.Diff(want, s); !ok || diff != "" {
			t.Errorf("%s, by the next hook (-written +read):\n%s", name, diff)
		}
	}
	text, err := full.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	for i := range text {
		var s State
		if s.UnmarshalText(text[:i]) == nil {
			t.Errorf("%d of %d bytes are taken for the whole", i, len(text))
		}
	}
}

func FuzzState(f *testing.F) {
	var full State
	n := 0
	fill(reflect.ValueOf(&full).Elem(), &n)
	text, _ := full.MarshalText()
	f.Add(text)
	f.Add([]byte("AQ"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s, again State
		if s.UnmarshalText(text) != nil {
			return
		}
		out, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &again); err != nil {
			t.Errorf("what was read cannot be written and read again: %v", err)
		}
	})
}
