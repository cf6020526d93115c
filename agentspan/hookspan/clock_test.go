package hookspan

import (
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	var c clock
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ms := func(n int) time.Time { return start.Add(time.Duration(n) * time.Millisecond) }
	for _, tt := range []struct {
		name      string
		got, want time.Time
	}{
		{"a free moment", c.free(ms(1)), ms(1)},
		{"the same again", c.free(ms(1)), ms(1).Add(time.Microsecond)},
		{"and again", c.free(ms(1)), ms(1).Add(2 * time.Microsecond)},
		{"one that was given away instead", c.free(ms(1).Add(time.Microsecond)), ms(1).Add(3 * time.Microsecond)},
		{"an earlier one", c.free(ms(0)), ms(0)},
		{"an end there", c.end(ms(1)), ms(1).Add(3 * time.Microsecond)},
		{"an end elsewhere", c.end(ms(2)), ms(2)},
	} {
		if !tt.got.Equal(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

// TestClockIsLinear gives away one moment a hundred thousand times.
func TestClockIsLinear(t *testing.T) {
	var c clock
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const n = 100_000
	var last time.Time
	for range n {
		last = c.free(at)
	}
	if want := at.Add((n - 1) * time.Microsecond); !last.Equal(want) {
		t.Errorf("the last is %v, want %v", last, want)
	}
}

func TestHomeOf(t *testing.T) {
	for dir, want := range map[string]string{
		"/home/ada/shop": "/home/ada", "/home/ada": "/home/ada", "/Users/ada/x/y": "/Users/ada", "/root": "/root", "/root/x": "/root",
		`C:\Users\ada\shop`: `C:\Users\ada`, "c:/Users/ada/shop": "c:/Users/ada",
		"/rooted": "", "/srv/shop": "", "/home": "", "/home/": "", `C:\home\ada`: "", "": "", "home/ada": "",
	} {
		if got := homeOf(dir); got != want {
			t.Errorf("homeOf(%q) = %q, want %q", dir, got, want)
		}
	}
}
