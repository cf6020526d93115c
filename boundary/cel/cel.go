package cel

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/ext"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/policy"
)

// Limits of a condition. A simple comparison costs about 5 of CEL's units and a
// microsecond.
const (
	maxText      = 4 << 10 // bytes
	maxCost      = 1 << 20 // units a condition may cost by the estimate, at worst
	maxEffects   = 256     // effects that are shown to a condition
	maxArguments = 64 << 10
	maxString    = 4 << 10 // length the estimate takes for texts that may be any
)

// Compile compiles a condition for policies: give it as [policy.Options].When. It
// refuses what is not CEL, what compares things that cannot be compared, what is
// not true or false, and what could take long.
func Compile(text string) (policy.Condition, error) {
	if len(text) > maxText {
		return nil, fmt.Errorf("longer than %d bytes", maxText)
	}
	e, err := environment()
	if err != nil {
		return nil, fmt.Errorf("cel: environment: %w", err)
	}
	ast, issues := e.Compile(text)
	if err := issues.Err(); err != nil {
		return nil, errors.New(firstLine(err.Error()))
	}
	if ast.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("is %s, want bool", ast.OutputType())
	}
	estimate, err := e.EstimateCost(ast, sizes{})
	if err != nil {
		return nil, fmt.Errorf("cost cannot be estimated: %w", err)
	}
	if estimate.Max > maxCost {
		return nil, errors.New("could take too long: it may cost more than a condition may")
	}
	p, err := e.Program(ast, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, errors.New(firstLine(err.Error()))
	}
	return func(ctx context.Context, req boundary.Request) (bool, error) {
		return eval(ctx, p, &req)
	}, nil
}

// errTell is all that is said of a condition that failed: CEL's own texts may
// repeat arguments.
var errTell = errors.New("cel: the condition cannot be told")

func eval(ctx context.Context, p cel.Program, req *boundary.Request) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err //nolint:wrapcheck // the context's own
	}
	v := variables.Get().(*activation) //nolint:forcetypeassert // the pool holds nothing else
	defer v.release()
	v.req = req
	out, _, err := p.Eval(v)
	if err != nil {
		return false, errTell
	}
	b, ok := out.Value().(bool)
	if !ok {
		return false, errTell
	}
	return b, nil
}

// environment declares what conditions can ask about, once.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	object := func(name string) *cel.Type { return cel.ObjectType("cel." + name) }
	return cel.NewEnv(
		ext.NativeTypes(ext.ParseStructTags(true), reflect.TypeFor[session](), reflect.TypeFor[principal](), reflect.TypeFor[task](),
			reflect.TypeFor[effectFact](), reflect.TypeFor[history](), reflect.TypeFor[intentFact](), reflect.TypeFor[hints]()),
		ext.Strings(ext.StringsVersion(4)),
		cel.DefaultUTCTimeZone(true),
		cel.CrossTypeNumericComparisons(true),
		cel.ParserRecursionLimit(64),
		cel.ParserExpressionSizeLimit(maxText),
		cel.ExtendedValidations(),
		cel.Variable("tool", cel.StringType),
		cel.Variable("server", cel.StringType),
		cel.Variable("phase", cel.StringType),
		cel.Variable("time", cel.TimestampType),
		cel.Variable("args", cel.MapType(cel.StringType, cel.DynType)),
		cel.Variable("session", object("session")),
		cel.Variable("effects", cel.ListType(object("effectFact"))),
		cel.Variable("history", object("history")),
		cel.Variable("intent", object("intentFact")),
		cel.Variable("annotations", object("hints")),
		cel.Variable("secrets", cel.ListType(cel.StringType)),
		cel.Variable("switches", cel.ListType(cel.StringType)),
	)
})

// sizes says how large what a condition asks about may be.
type sizes struct{}

func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	path := n.Path()
	if len(path) == 0 {
		return nil
	}
	switch path[0] {
	case "effects", "secrets", "switches":
		if len(path) == 1 {
			return &cost.SizeEstimate{Max: maxEffects}
		}
		return &cost.SizeEstimate{Max: maxString}
	case "args":
		return &cost.SizeEstimate{Max: maxString}
	}
	return &cost.SizeEstimate{Max: maxString}
}

func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

func firstLine(s string) string {
	s = strings.TrimPrefix(s, "ERROR: <input>:")
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}
