package ocsf_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/agentspan/ocsf"
	"github.com/ambit-go/ambit/semconv"
)

// docs/ocsf.md says what becomes of each event.
func TestTheDocumentSaysWhatBecomesOfEachEvent(t *testing.T) {
	b, err := os.ReadFile("../../docs/ocsf.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	if !strings.Contains(text, "**version "+ocsf.Version+"**") {
		t.Errorf("it does not name version %s", ocsf.Version)
	}
	said := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| (none|\\d+)").FindAllStringSubmatch(text, -1) {
		said[m[1]] = m[2]
	}
	for _, name := range []string{
		semconv.EventAmbitBoundaryCrossed, semconv.EventAmbitSecretAccessed, semconv.EventAmbitIdentitySwitched, semconv.EventAmbitIdentityUsed,
		semconv.EventAmbitIntentChanged, semconv.EventAmbitIntentDrifted, semconv.EventAmbitApprovalResolved, semconv.EventAmbitSignalRaised,
		semconv.EventGenAIClientInferenceOperationDetails,
	} {
		want := "none"
		if o := ocsf.Object(t.Context(), event(name)); o != nil {
			want = fmt.Sprint(o["class_uid"])
		}
		if said[name] != want {
			t.Errorf("%s becomes %s, and the document says %q", name, want, said[name])
		}
	}
}
