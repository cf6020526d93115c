package analyze

import (
	"bytes"
	"encoding/json"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ambit-go/ambit/boundary/effect"
)

// hostile are inputs made to cost: they nest, chain, multiply and repeat.
var hostile = map[string]string{
	"1 MiB of words":              strings.Repeat("word ", 1<<20/5),
	"1 MiB of one word":           strings.Repeat("a", 1<<20),
	"90 KiB of words":             "echo " + strings.Repeat("word ", 18_000),
	"90 KiB of files":             "cat " + strings.Repeat("f ", 45_000),
	"90 KiB of commands":          strings.Repeat("ls;", 30_000),
	"90 KiB of pipes":             "a" + strings.Repeat("|a", 45_000),
	"11,000 pipes":                "a" + strings.Repeat("|a", 11_000),
	"10,000 nested substitutions": strings.Repeat("$(", 10_000) + "id" + strings.Repeat(")", 10_000),
	"140 nested substitutions":    strings.Repeat("echo $(", 140) + "id" + strings.Repeat(")", 140),
	"10,000 subshells":            strings.Repeat("(", 10_000) + "id" + strings.Repeat(")", 10_000),
	"10,000 open substitutions":   strings.Repeat("$(", 10_000),
	"10,000 backquotes":           strings.Repeat("`", 10_000),
	"nested backquotes":           strings.Repeat("`\\", 3_000),
	"10,000 ifs":                  strings.Repeat("if ", 10_000),
	"10,000 braces":               "echo " + strings.Repeat("{a,b}", 10_000),
	"60 braces":                   "echo " + strings.Repeat("{a,b}", 60),
	"nested braces":               "echo " + strings.Repeat("{a,", 140) + strings.Repeat("}", 140),
	"a large range":               "rm f{1..100000000}",
	"10,000 here-documents":       strings.Repeat("cat <<E\nE\n", 8_000),
	"arithmetic":                  "echo $((" + strings.Repeat("-", 11_000) + "1))",
	"arithmetic in parentheses":   "echo $((" + strings.Repeat("(", 10_000) + "1" + strings.Repeat(")", 10_000) + "))",
	"ternaries":                   "echo $((" + strings.Repeat("1?", 5_000) + "1" + strings.Repeat(":1", 5_000) + "))",
	"tests":                       "[[ " + strings.Repeat("! ", 11_000) + "a ]]",
	"ands in a test":              "[[ a " + strings.Repeat("&& a ", 5_000) + "]]",
	"nested expansions":           "echo " + strings.Repeat("${a:-", 140) + strings.Repeat("}", 140),
	"a function bomb":             ":(){ :|:& };:",
	"functions that call twice":   "f(){ f 1; f 2; }; f",
	"a chain of functions":        doubling(30),
	"eval of eval":                strings.Repeat("eval ", 10_000) + "id",
	"sudo of sudo":                strings.Repeat("sudo ", 18_000) + "id",
	"bash of bash":                strings.Repeat("bash -c ", 10) + `'bash -c "id"'`,
	"variables":                   strings.Repeat("a=$a$a;", 5_000) + "cat $a",
	"growing text":                "a=aaaaaaaa;" + strings.Repeat("a=$a$a;", 40) + "cat $a",
	"loops in loops":              strings.Repeat("for i in 1 2 3 4 5 6 7 8; do ", 12) + "echo $i;" + strings.Repeat("done;", 12),
	"while loops in while loops":  strings.Repeat("while a; do x=$x; ", 40) + strings.Repeat("done;", 40),
	"branches":                    strings.Repeat("if a; then x=1; cd b; fi;", 3_000),
	"branches with names":         many(2_000, "if a; then v%=1; fi;"),
	"cd back and forth":           strings.Repeat("cd a; cd ..;", 7_000),
	"redirections":                "a " + strings.Repeat("> f ", 10_000),
	"time":                        strings.Repeat("time ", 10_000) + "a",
	"coproc":                      strings.Repeat("coproc ", 10_000) + "a",
	"not":                         strings.Repeat("! ", 10_000) + "a",
	"quotes":                      strings.Repeat(`"$("`, 5_000),
	"NUL bytes":                   strings.Repeat("\x00", 90_000),
	"sed":                         "sed '" + strings.Repeat("s/a/b/;", 10_000) + "'",
	"SQL":                         "psql -c '" + strings.Repeat("SELECT * FROM a,", 5_000) + "b'",
	"python":                      "python3 -c '" + strings.Repeat("f(", 20_000) + "'",
	"find -exec":                  "find . " + strings.Repeat("-exec echo {} \\; ", 4_000),
	"globs":                       "cat " + strings.Repeat("*/", 2_000) + "*",
	"dots":                        "cat " + strings.Repeat("../", 25_000) + "x",
	"long path":                   "cat /" + strings.Repeat("a/", 40_000),
	"remotes":                     "git push " + strings.Repeat("x:y ", 10_000),
	"xargs of xargs":              strings.Repeat("xargs ", 10_000),
	"tar options":                 "tar " + strings.Repeat("--checkpoint-action=exec=id ", 2_000),
	"assignments":                 strings.Repeat("A=b ", 10_000) + "c",
	"arrays":                      "a=(" + strings.Repeat("x ", 20_000) + "); cat ${a[@]} ${a[@]} ${a[@]}",
	"positional":                  "set -- " + strings.Repeat("x ", 20_000) + "; cat $@ $@ $@",
}

// doubling is a text of functions each of which calls the next one twice.
func doubling(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("f" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "() { ")
		next := "f" + string(rune('a'+(i+1)%26)) + string(rune('a'+(i+1)/26))
		b.WriteString(next + "; " + next + "; }; ")
	}
	return b.String() + "faa"
}

func many(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "%", strings.Repeat("x", i%40)+string(rune('a'+i%26))))
	}
	return b.String()
}

// No input costs more than a moment and a few megabytes, and what is given up
// on is said.
func TestHostileInputIsBounded(t *testing.T) {
	const (
		maxTime  = 20 * time.Second // 50 ms are usual, and minutes without the limits
		maxBytes = 192 << 20
	)
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			effects := Default().Analyze(nil, bash(text))
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			for again := 0; again < 4 && took > maxTime; again++ { // others may have had the processor
				start = time.Now()
				Default().Analyze(nil, bash(text))
				took = min(took, time.Since(start))
			}
			if took > maxTime {
				t.Errorf("took %v, five times", took)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > maxBytes {
				t.Errorf("allocated %d MiB", n>>20)
			}
			if len(effects) > maxEffects {
				t.Errorf("%d effects", len(effects))
			}
		})
	}
}

// Over a limit there is an effect of unknown kind: never less than before.
func TestLimitsAreSaid(t *testing.T) {
	for _, name := range []string{"1 MiB of words", "10,000 nested substitutions", "90 KiB of commands", "60 braces", "a chain of functions", "sudo of sudo"} {
		effects := Default().Analyze(nil, bash(hostile[name]))
		if effect.Certain(effects) != effect.Unknown {
			t.Errorf("%s: everything is known: %.200q", name, notations(effects))
		}
	}
	many := "cat" // more files than effects
	for i := range 2 * maxEffects {
		many += " f" + string(rune('a'+i%26)) + strings.Repeat("x", i/26)
	}
	effects := Default().Analyze(nil, bash(many))
	if len(effects) != maxEffects || effects[maxEffects-1].Kind != effect.AnyKind {
		t.Errorf("%d effects, the last is %v", len(effects), effects[len(effects)-1].Kind)
	}
}

func TestHostileArguments(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)
	wide := `{"files":[` + strings.TrimSuffix(strings.Repeat(`"/a/b",`, 100_000), ",") + `]}`
	slashes := `{"content":"` + strings.Repeat(`\n`, 1<<20) + `","file_path":"/a"}`
	for name, args := range map[string]string{"deep": deep, "wide": wide, "escapes": slashes, "open": strings.Repeat("[", 1<<20), "quotes": strings.Repeat(`"`, 1<<20), "keys": `{` + strings.Repeat(`"a":1,`, 100_000) + `"b":2}`} {
		for _, tool := range []string{"Write", "Bash", "anything", "query", "apply_patch"} {
			start := time.Now()
			effects := Default().Analyze(nil, effect.Call{Tool: tool, Arguments: []byte(args), Dir: "/repo"})
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("%s %s: took %v", tool, name, took)
			}
			if len(effects) > maxEffects {
				t.Errorf("%s %s: %d effects", tool, name, len(effects))
			}
		}
	}
	if got := notations(Default().Analyze(nil, effect.Call{Tool: "Write", Arguments: []byte(slashes), Dir: "/repo"})); len(got) != 1 || got[0] != "write path /a" {
		t.Errorf("a megabyte of content: %q", got)
	}
	huge := bytes.Repeat([]byte{' '}, maxArguments+1)
	if got := Default().Analyze(nil, effect.Call{Tool: "Read", Arguments: huge}); effect.Certain(got) != effect.Unknown {
		t.Errorf("too many arguments: %q", notations(got))
	}
}

// A panic in an analyzer of the program's own, or of ours, becomes an effect.
func TestPanicIsUnknown(t *testing.T) {
	catch = true
	defer func() { catch = false }()
	a := Analyzer{Tools: []Tool{{Name: "x", Analyzer: effect.AnalyzerFunc(func([]effect.Effect, effect.Call) []effect.Effect { panic("no") })}}}
	if got := notations(a.Analyze(nil, effect.Call{Tool: "x"})); len(got) != 1 || got[0] != "unknown any ?" {
		t.Errorf("got %q", got)
	}
}

func TestZeroCall(t *testing.T) {
	if got := Default().Analyze(nil, effect.Call{}); len(got) != 0 {
		t.Errorf("the zero call has effects: %q", notations(got))
	}
	args, _ := json.Marshal(map[string]string{"command": "cat a; cd b; git push; ls *"})
	for _, e := range Default().Analyze(nil, effect.Call{Tool: "Bash", Arguments: args}) {
		if e.Kind == effect.Path && e.Certainty != effect.Unknown {
			t.Errorf("without a folder %s is claimed to be known", notation(e))
		}
	}
}

func TestAnalyzeAppends(t *testing.T) {
	dst := []effect.Effect{{Kind: effect.Path, Target: "/x"}}
	got := Default().Analyze(dst, bash("cat /x"))
	if len(got) != 3 || got[0].Target != "/x" {
		t.Errorf("got %q", notations(got))
	}
}

func TestArgumentsAreNotChanged(t *testing.T) {
	c := bash(`cat "a\tb" && rm -rf {x,y}`)
	before := bytes.Clone(c.Arguments)
	Default().Analyze(nil, c)
	if !bytes.Equal(before, c.Arguments) {
		t.Error("the arguments were changed")
	}
}

func TestConcurrentSafe(t *testing.T) {
	a := Default()
	want := notations(a.Analyze(nil, bash(nastyCommands[4])))
	done := make(chan bool)
	for range 8 {
		go func() {
			defer func() { done <- true }()
			for range 50 {
				if got := notations(a.Analyze(nil, bash(nastyCommands[4]))); strings.Join(got, "\n") != strings.Join(want, "\n") {
					t.Errorf("got %q", got)
					return
				}
				a.Analyze(nil, bash(plainCommands[8]))
			}
		}()
	}
	for range 8 {
		<-done
	}
}
