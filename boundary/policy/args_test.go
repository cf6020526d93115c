package policy

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// constraint compiles the constraints of one grant.
func constraint(t testing.TB, text string) []argument {
	t.Helper()
	p, err := Parse("args.yaml", []byte("version: 1\nid: x\nparams: {p: \"7\", unset: }\ngrants:\n  - {id: g, tools: [t], args: "+text+"}\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p.layers[0].grants[0].calls.args
}

func TestArguments(t *testing.T) {
	e := &env{params: []paramValue{{"7", true}, {}}}
	tests := []struct {
		name, constraint, args string
		want                   truth
	}{
		{"equal text", `{a: {equals: x}}`, `{"a":"x"}`, yes},
		{"other text", `{a: {equals: x}}`, `{"a":"xy"}`, no},
		{"equal text, escaped", `{a: {equals: x}}`, `{"a":"\u0078"}`, yes},
		{"an absent argument does not match", `{a: {equals: x}}`, `{"b":"x"}`, no},
		{"no arguments at all", `{a: {equals: x}}`, ``, no},
		{"an address", `{to: {suffix: "@acme.example"}}`, `{"to":"ada@acme.example"}`, yes},
		{"two addresses in one text", `{to: {suffix: "@acme.example"}}`, `{"to":"eve@evil.example, ada@acme.example"}`, doubt},
		{"an address before another", `{to: {each: {suffix: "@acme.example"}}}`, `{"to":["<eve@evil.example> ada@acme.example"]}`, doubt},
		{"null is not absent", `{a: {equals: null}}`, `{"a":null}`, yes},
		{"a number is not its text", `{a: {equals: 7}}`, `{"a":"7"}`, no},
		{"a number in another form", `{a: {equals: 100}}`, `{"a":1e2}`, yes},
		{"a number with many digits", `{a: {equals: 100}}`, `{"a":100.` + strings.Repeat("0", 80) + `}`, doubt},
		{"another number with many digits", `{a: {equals: 100}}`, `{"a":101.` + strings.Repeat("0", 80) + `}`, no},
		{"a number past all bounds is not this", `{a: {equals: 100}}`, `{"a":1e999}`, no},
		{"numbers beyond what floats hold", `{a: {equals: 9007199254740993}}`, `{"a":9007199254740992}`, no},
		{"a parameter as text", `{a: {equals: "${param.p}"}}`, `{"a":"7"}`, yes},
		{"a parameter as a number", `{a: {equals: "${param.p}"}}`, `{"a":7}`, yes},
		{"a parameter as a number in another form", `{a: {equals: "${param.p}"}}`, `{"a":7.0}`, yes},
		{"a parameter as null", `{a: {equals: "${param.p}"}}`, `{"a":null}`, no},
		{"a parameter in a list", `{a: {equals: "${param.p}"}}`, `{"a":["7"]}`, no},
		{"a parameter that is not set", `{a: {equals: "${param.unset}"}}`, `{"a":""}`, doubt},
		{"one of", `{a: {in: [x, 1, true]}}`, `{"a":true}`, yes},
		{"none of", `{a: {in: [x, 1, true]}}`, `{"a":false}`, no},
		{"a beginning", `{a: {prefix: "PAY-"}}`, `{"a":"PAY-7"}`, yes},
		{"an end", `{a: {suffix: "@acme.example"}}`, `{"a":"x@acme.example.evil"}`, no},
		{"a part", `{a: {contains: b}}`, `{"a":"abc"}`, yes},
		{"an expression means the whole", `{a: {matches: "[a-z]+"}}`, `{"a":"abc1"}`, no},
		{"an expression with alternatives means the whole", `{a: {matches: "a|b"}}`, `{"a":"bx"}`, no},
		{"an expression over lines", `{a: {matches: "a"}}`, `{"a":"a\n"}`, no},
		{"at most", `{a: {max: 100}}`, `{"a":100}`, yes},
		{"more", `{a: {max: 100}}`, `{"a":100.01}`, no},
		{"a hair more", `{a: {max: 100}}`, `{"a":100.00000000000000001}`, no},
		{"at least", `{a: {min: 0}}`, `{"a":-1}`, no},
		{"a number as text has no size", `{a: {max: 100}}`, `{"a":"50"}`, no},
		{"a number past all bounds", `{a: {max: 100}}`, `{"a":1e999}`, doubt},
		{"short", `{a: {max_length: 3}}`, `{"a":"abc"}`, yes},
		{"too long", `{a: {max_length: 3}}`, `{"a":"abcd"}`, no},
		{"too many", `{a: {max_length: 1}}`, `{"a":[1,2]}`, no},
		{"a type", `{a: {type: integer}}`, `{"a":1}`, yes},
		{"not the type", `{a: {type: integer}}`, `{"a":1.5}`, no},
		{"must be absent", `{force: {absent: true}}`, `{"a":1}`, yes},
		{"must be absent and is not", `{force: {absent: true}}`, `{"force":false}`, no},
		{"must be absent and is there in capitals", `{force: {absent: true}}`, `{"Force":true}`, doubt},
		{"each of a list", `{a: {each: {suffix: "@x"}}}`, `{"a":["1@x","2@x"]}`, yes},
		{"one of a list does not", `{a: {each: {suffix: "@x"}}}`, `{"a":["1@x","2@y"]}`, no},
		{"not a list", `{a: {each: {suffix: "@x"}}}`, `{"a":"1@x"}`, no},
		{"a text where a list came", `{a: {suffix: "@x"}}`, `{"a":["1@x"]}`, no},
		{"a pointer", `{/a/b: {equals: x}}`, `{"a":{"b":"x"}}`, yes},
		{"a pointer to nothing", `{/a/b: {equals: x}}`, `{"a":"b"}`, no},
		{"two constraints", `{a: {equals: x}, b: {max: 1}}`, `{"b":2,"a":"x"}`, no},
		{"the same name twice", `{a: {equals: x}}`, `{"a":"x","a":"y"}`, doubt},
		{"the same name twice, hidden by an escape", `{a: {equals: x}}`, `{"a":"x","\u0061":"y"}`, doubt},
		{"the name in another spelling too", `{amount: {max: 1}}`, `{"amount":1,"Amount":1000}`, doubt},
		{"the name with a letter that folds", `{kind: {equals: x}}`, "{\"kind\":\"x\",\"\u212aind\":\"y\"}", doubt},
		{"not JSON", `{a: {equals: x}}`, `{"a":"x"`, doubt},
		{"something behind it", `{a: {equals: x}}`, `{"a":"x"} {"a":"y"}`, doubt},
		{"no object", `{a: {equals: x}}`, `["a"]`, doubt},
		{"more than is looked at", `{a: {equals: x}}`, `{"a":"x","b":"` + strings.Repeat("x", maxArguments) + `"}`, doubt},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := holds(constraint(t, tt.constraint), []byte(tt.args), e); got != tt.want {
				t.Errorf("%s on %.80s: %d, want %d", tt.constraint, tt.args, got, tt.want)
			}
		})
	}
}

// A rule that looks for a value finds it in a list, and where it may be.
func TestARuleLooksIntoLists(t *testing.T) {
	c := constraint(t, `{to: {suffix: "@evil.example"}}`)
	for args, want := range map[string]truth{
		`{"to":"a@evil.example"}`:              yes,
		`{"to":["ok@x","a@evil.example"]}`:     yes,
		`{"to":["ok@x"]}`:                      no,
		`{"to":"ok@x"}`:                        no,
		`{}`:                                   no,
		`{"to":"ok@x","To":"a@evil.example"}`:  doubt,
		`{"to":"ok@x","to":["a@evil.example"]`: doubt,
	} {
		if got := c[0].some([]byte(args), nil); got != want {
			t.Errorf("%s: %d, want %d", args, got, want)
		}
	}
}

func TestArgumentsAreReadInBoundedTime(t *testing.T) {
	start := time.Now()
	deep := []byte(`{"a":` + strings.Repeat("[", 1<<19) + strings.Repeat("]", 1<<19) + `}`)
	if _, is := member(deep, []string{"a"}); is != ambiguous {
		t.Errorf("deep nesting: %d", is)
	}
	many := []byte(`{` + strings.Repeat(`"b":1,`, 1<<17) + `"a":1}`)
	if _, is := member(many, []string{"a"}); is != present {
		t.Errorf("many members: %d", is)
	}
	c := constraint(t, `{a: {matches: "(a*)*b"}}`)
	if got := c[0].holds([]byte(`{"a":"`+strings.Repeat("a", maxRegexpInput/2)+`"}`), nil); got != no {
		t.Errorf("a catastrophic expression: %d", got)
	}
	if _, ok := exact([]byte("1e999999999")); ok {
		t.Error("a number that would fill the memory is read")
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}

// What our reader finds is what encoding/json finds, where that is not in doubt.
func FuzzArguments(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"A":1,"b":[{"a":"\ud83d"}]}`, `{"a":{"a":-0.5e+3}}`, `{"a":"\u0061\"","c":null}`, `[]`, `{"a":1}x`, ` {"a" : true , "b":"" } `} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		value, is := member(data, []string{"a"})
		valid := json.Valid(data)
		if is != ambiguous && len(strings.TrimSpace(string(data))) > 0 && !valid {
			t.Fatalf("%q is not JSON and nothing is in doubt", data)
		}
		if is != present {
			return
		}
		var m map[string]json.RawMessage
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatalf("%q: a member of what is no object: %v", data, err)
		}
		if string(m["a"]) != string(value) {
			t.Fatalf("%q: found %q, want %q", data, value, m["a"])
		}
		for _, c := range []string{"x", "1"} {
			tt := test{op: opIn, texts: []textValue{{json: 's', text: c}, {json: 'n', text: c}}}
			tt.holds(value, nil)
		}
	})
}
