package ocsf_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/ocsf"
	"github.com/ambit-go/ambit/semconv"
)

func ExampleObject() {
	object := ocsf.Object(context.Background(), agentspan.Event{
		Name: semconv.EventAmbitSecretAccessed, Time: time.Unix(1800000000, 0).UTC(), Session: "s-1",
		Attributes: []attribute.KeyValue{semconv.AmbitSecretKind("github-pat"), semconv.AmbitSecretPlace("result"), semconv.GenAIAgentName("triage")},
	})
	text, err := json.Marshal(object["finding_info"])
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(object["class_name"], object["severity"])
	fmt.Println(string(text))
	// Output:
	// Detection Finding High
	// {"analytic":{"name":"secret detector: github-pat","type":"Rule","type_id":1},"created_time":1800000000000,"title":"An agent touched a secret: github-pat","types":["secret"],"uid":"s-1/secret/20270115T080000.000000000Z/0000000000000000"}
}

func ExampleHandler() {
	tracer, err := agentspan.New(agentspan.WithEventHandler(ocsf.Handler(lines{})))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, session, err := tracer.StartSession(context.Background(), agentspan.Session{ID: "s-1", Agent: "triage"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.End(nil)
	tracer.Signal(ctx, agentspan.Signal{Kind: agentspan.SignalPostWithoutPre, Tool: "Bash"})
	// Output:
	// A signal about an agent: owner missing
	// A signal about an agent: post without pre
}

// lines prints the message of each object.
type lines struct{}

func (lines) Write(line []byte) (int, error) {
	var o struct {
		Message string `json:"message"`
	}
	if err := json.Unmarshal(line, &o); err != nil {
		return 0, err
	}
	fmt.Println(o.Message)
	return len(line), nil
}
