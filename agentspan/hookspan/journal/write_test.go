package journal

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// texts are hard to write as JSON.
var texts = []string{"plain", `a "quote" and a \`, "two\nlines\r\t\x00\x1f\x7f", "ünï\u2028cödé 😀", "<&>", ""}

// scatter sets all there is in v, or, where full is false, some of it.
func scatter(r *rand.Rand, v reflect.Value, full bool) {
	if !full && r.IntN(3) == 0 {
		return
	}
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMicro(r.Int64N(4e15) + 1).UTC()))
		return
	case json.RawMessage:
		v.Set(reflect.ValueOf(json.RawMessage(`{"hash":"0f"}`)))
		return
	case State: // has a form and a test of its own
		return
	}
	switch v.Kind() {
	case reflect.String:
		s := texts[r.IntN(len(texts)-1)]
		if !full {
			s = texts[r.IntN(len(texts))]
		}
		v.SetString(s)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1 + r.Int64N(100))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(1 + r.Uint64N(100))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(r.ExpFloat64() + 1e-12)
	case reflect.Struct:
		for _, f := range v.Fields() {
			scatter(r, f, full)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		scatter(r, v.Elem(), full)
	case reflect.Slice:
		n := 1 + r.IntN(2)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			scatter(r, v.Index(i), full)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		scatter(r, key, true)
		scatter(r, elem, full)
		v.SetMapIndex(key, elem)
	default:
		panic("a record has a " + v.Kind().String())
	}
}

// TestRecordsAreReadAsTheyWereWritten holds that the form written here and the one that
// encoding/json reads are one: a field that is new and forgotten in one of them differs.
func TestRecordsAreReadAsTheyWereWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 500 {
		var want Record
		scatter(r, reflect.ValueOf(&want).Elem(), i == 0)
		want.Version = Version
		line, err := encode(&want, i%2 == 1)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.TrimPrefix(string(line), "\n")
		if strings.Count(text, "\n") != 1 {
			t.Fatalf("a record of several lines: %s", text)
		}
		got, ok := parse([]byte(strings.TrimSuffix(text, "\n")))
		if !ok {
			t.Fatalf("cannot be read: %s", text)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.AllowUnexported(Record{})); diff != "" {
			t.Fatalf("(-written +read):\n%s", diff)
		}
		if _, ok := stateOf([]byte(text[9 : len(text)-1])); !ok {
			t.Fatalf("the next hook cannot read its state: %s", text)
		}
	}
}

// TestWhatIsNoTextIsNoRecord holds what becomes of bytes that JSON cannot hold.
func TestWhatIsNoTextIsNoRecord(t *testing.T) {
	record := Record{Version: Version, Event: Event{Name: "a\xffb", Time: noon, Input: json.RawMessage(`{"cut`)}}
	line, err := encode(&record, false)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := parse(line[:len(line)-1]); !ok || got.Event.Name != "a\ufffdb" || got.Event.Input != nil {
		t.Errorf("%v: %s", ok, line)
	}
	record.Event.Time = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := encode(&record, false); err == nil {
		t.Error("a time that no reader takes was written")
	}
}
