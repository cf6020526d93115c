package observability_test

// Tempo is not to be had for these tests, so its queries are kept to the forms that
// were seen to work in a real one, and read by a grammar of those alone:
//
//	query      = spanset { ">>" spanset } { "|" stage }
//	spanset    = "{" condition { "&&" condition } "}"
//	condition  = field operator value
//	field      = "span." name | "name" | "status" | "event:name" | "instrumentation:name"
//	operator   = "=" | "=~" | ">"
//	value      = string | number | "true" | "false" | "error"
//	stage      = "select" "(" field { "," field } ")" | "count" "(" ")" ">" number
//
// What the grammar cannot see, it is told: each span attribute is one that Ambit
// writes, and has the type of the value it is compared with. That what is read so is
// TraceQL at all, Grafana's own grammar says.

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/internal/backendtest"
)

// registry reads the types of the attributes that Ambit writes from semconv/keys.md.
func registry(t *testing.T) map[string]string {
	t.Helper()
	types := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| (string|int|boolean|double|enum)").FindAllStringSubmatch(read(t, "../../semconv/keys.md"), -1) {
		types[m[1]] = m[2]
	}
	if len(types) < 100 {
		t.Fatalf("semconv/keys.md lists %d attributes with their types", len(types))
	}
	return types
}

var token = regexp.MustCompile(`^\s*(>>|&&|=~|[{}()|,=>]|"[^"]*"|[0-9]+(?:\.[0-9]+)?|[a-z][A-Za-z0-9_.:]*)`)

// traceql reads a query and returns what is wrong with it.
func traceql(query string, types map[string]string) (err error) {
	p := &parser{types: types}
	for rest := query; strings.TrimSpace(rest) != ""; {
		m := token.FindStringSubmatch(rest)
		if m == nil {
			return fmt.Errorf("no token of the forms used: %q", rest)
		}
		p.tokens = append(p.tokens, m[1])
		rest = rest[len(m[0]):]
	}
	defer func() {
		if r, ok := recover().(parseError); ok {
			err = r
		}
	}()
	p.spanset()
	for p.take(">>") {
		p.spanset()
	}
	for p.take("|") {
		p.stage()
	}
	if len(p.tokens) > 0 {
		p.fail("the end")
	}
	return nil
}

type parseError struct{ error }

type parser struct {
	tokens []string
	types  map[string]string
}

func (p *parser) fail(want string) {
	got := "the end"
	if len(p.tokens) > 0 {
		got = p.tokens[0]
	}
	panic(parseError{fmt.Errorf("%s where %s should be", got, want)})
}

func (p *parser) take(tok string) bool {
	if len(p.tokens) > 0 && p.tokens[0] == tok {
		p.tokens = p.tokens[1:]
		return true
	}
	return false
}

func (p *parser) must(tok string) {
	if !p.take(tok) {
		p.fail(tok)
	}
}

func (p *parser) next(want string) string {
	if len(p.tokens) == 0 {
		p.fail(want)
	}
	tok := p.tokens[0]
	p.tokens = p.tokens[1:]
	return tok
}

func (p *parser) spanset() {
	p.must("{")
	p.condition()
	for p.take("&&") {
		p.condition()
	}
	p.must("}")
}

// field returns the type of what is named.
func (p *parser) field() string {
	name := p.next("a field")
	if key, ok := strings.CutPrefix(name, "span."); ok {
		if p.types[key] == "" {
			panic(parseError{fmt.Errorf("nothing writes the attribute %s", key)})
		}
		return p.types[key]
	}
	switch name {
	case "name", "event:name", "instrumentation:name":
		return "string"
	case "status":
		return "status"
	}
	panic(parseError{fmt.Errorf("no field of the forms used: %s", name)})
}

func (p *parser) condition() {
	kind, op, value := p.field(), p.next("an operator"), p.next("a value")
	text := strings.HasPrefix(value, `"`)
	number := value[0] >= '0' && value[0] <= '9'
	ok := false
	switch op {
	case "=":
		switch kind {
		case "string", "enum":
			ok = text
		case "boolean":
			ok = value == "true" || value == "false"
		case "status":
			ok = value == "error"
		default:
			ok = number
		}
	case "=~":
		ok = text && (kind == "string" || kind == "enum")
		if _, err := regexp.Compile(strings.Trim(value, `"`)); err != nil {
			ok = false
		}
	case ">":
		ok = number && (kind == "int" || kind == "double")
	}
	if !ok {
		panic(parseError{fmt.Errorf("%s %s does not fit an attribute of type %s", op, value, kind)})
	}
}

func (p *parser) stage() {
	switch p.next("a stage") {
	case "select":
		p.must("(")
		p.field()
		for p.take(",") {
			p.field()
		}
		p.must(")")
	case "count":
		p.must("(")
		p.must(")")
		p.must(">")
		if n := p.next("a number"); n[0] < '0' || n[0] > '9' {
			p.fail("a number")
		}
	default:
		p.fail("a stage of the forms used")
	}
}

func TestTraceQLKeepsToTheFormsThatAreKnown(t *testing.T) {
	types := registry(t)
	n := 0
	for _, q := range questions(t) {
		for _, text := range q.traceql {
			n++
			if err := traceql(text, types); err != nil {
				t.Errorf("%s: %v in\n%s", q.title, err, text)
			}
		}
	}
	if n < 20 {
		t.Errorf("%d queries, which is less than there are questions", n)
	}
}

func TestTheGrammarRefusesWhatItDoesNotKnow(t *testing.T) {
	types := registry(t)
	for _, good := range []string{
		// As they were run against Tempo 2.10.8, with names of ours.
		`{ span.ambit.decision.outcome = "deny" }`,
		`{ span.gen_ai.operation.name = "invoke_agent" } >> { span.mcp.method.name = "tools/call" }`,
		`{ status = error && name =~ "execute_tool.*" }`,
		`{ event:name = "ambit.boundary.crossed" }`,
		`{ span.gen_ai.usage.input_tokens > 1500 } | select(span.gen_ai.usage.input_tokens)`,
		`{ instrumentation:name = "governed.agent" } | count() > 3`,
	} {
		if err := traceql(good, types); err != nil {
			t.Errorf("%v in\n%s", err, good)
		}
	}
	for _, bad := range []string{
		``, `{ }`, `{ span.ambit.decision.outcome }`, `{ span.ambit.decision.outcome = deny }`, `{ span.ambit.decision.outcomes = "deny" }`,
		`{ span.ambit.owner.missing = "true" }`, `{ span.ambit.session.seq = "1" }`, `{ span.ambit.session.seq =~ "1" }`, `{ span.ambit.decision.outcome > 1 }`,
		`{ span.ambit.decision.outcome = nil }`, `{ span.ambit.decision.outcome != "deny" }`, `{ span.ambit.session.seq < 3 }`, `{ status = error || status = error }`, `{ span.ambit.owner.id = "a" } ~ { status = error }`, `{ status = error } | by(name)`, `{ status = error } | rate()`,
		`{ status = error`, `{ status = error } }`, `{ name =~ "(" }`, `{ .ambit.owner.id = "a" }`, `{ resource.service.name = "a" }`, `{ status = error } | select()`, `{ status = error } | count() > x`,
	} {
		if err := traceql(bad, types); err == nil {
			t.Errorf("nothing is wrong with\n%s", bad)
		}
	}
}

// Grafana's grammar of TraceQL, which the query editor of Grafana reads by, takes
// every query of the page, and notices what is none.
func TestTraceQLIsTraceQL(t *testing.T) {
	var queries []string
	for _, q := range questions(t) {
		queries = append(queries, q.traceql...)
	}
	wrong := []string{
		`{ span.ambit.decision.outcome = deny }`, `{ span.ambit.decision.outcome == "deny" }`, `{ status = error`, `{ event:nme = "a" }`, `{ status = error } | count() > x`, `{ status = error } | choose(name)`,
	}
	node := backendtest.Node(t, "testdata/traceql")
	in, err := json.Marshal(append(queries, wrong...))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "parse.mjs")
	cmd.Dir = "testdata/traceql"
	cmd.Stdin = strings.NewReader(string(in))
	out, err := cmd.CombinedOutput()
	var errors []int
	if err != nil || json.Unmarshal(out, &errors) != nil || len(errors) != len(queries)+len(wrong) {
		t.Fatalf("parse.mjs: %v\n%s", err, out)
	}
	for i, n := range errors {
		if i < len(queries) && n > 0 {
			t.Errorf("%d errors in\n%s", n, queries[i])
		} else if i >= len(queries) && n == 0 {
			t.Errorf("nothing is wrong with\n%s", wrong[i-len(queries)])
		}
	}
}
