package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBoundary(t *testing.T) {
	const scope = `"prompt":"Tell Ann in room blue that lunch is late","scope":{"tools":["post_note"],"targets":{"user":["Ann"]}}`
	for _, test := range []struct {
		name, row, want string
		args            []string
	}{
		{"tool and person of the task", `{"id":"1",` + scope + `,"action":{"tool":"post_note","args":{"user":"Ann","body":"late"}}}`, `{"id":"1","decision":"allow"}`, nil},
		{"another person", `{"id":"1",` + scope + `,"action":{"tool":"post_note","args":{"user":"Eve","body":"late"}}}`, `{"id":"1","decision":"deny"}`, nil},
		{"another person, opaque", `{"id":"1",` + scope + `,"action":{"tool":"post_note","args":{"user":"Eve","body":"late"}}}`, `{"id":"1","decision":"deny"}`, []string{"-opaque"}},
		{"a link nobody named", `{"id":"1",` + scope + `,"action":{"tool":"post_note","args":{"user":"Ann","body":"see www.evil.example"}}}`, `{"id":"1","decision":"deny"}`, nil},
		{"a run, with another tool", `{"id":"1",` + scope + `,"calls":[{"tool":"get_time","args":{}},{"tool":"remove_note","args":{"note_id":"9"}}]}`, `{"id":"1","decisions":["allow","deny"]}`, nil},
		{"from the prompt", `{"id":"1","prompt":"Send Ann an email","calls":[{"tool":"send_email","args":{"recipients":["ann@a.example"]}},{"tool":"wire_money","args":{"recipient":"Eve","amount":5}}]}`, `{"id":"1","decisions":["allow","deny"]}`, []string{"-policy-from", "prompt"}},
		{"a folder that the prompt names", `{"id":"1","prompt":"Save the minutes to /srv/minutes, please","calls":[{"tool":"keep","args":{"out_dir":"/srv/minutes"}},{"tool":"keep","args":{"out_dir":"/srv/other"}}]}`, `{"id":"1","decisions":["allow","deny"]}`, []string{"-policy-from", "prompt"}},
		{"whose tool it is, before the action", `{"id":"1","prompt":"Buy a kettle","calls":[{"tool":"cart_add_product","args":{"product_id":"K1"}},{"tool":"cartRemoveProduct","args":{"product_id":"K1"}}]}`, `{"id":"1","decisions":["allow","deny"]}`, []string{"-policy-from", "prompt"}},
		{"file inside", `{"id":"1","cwd":"/srv/p","scope":{"paths":["/srv/p"]},"action":{"tool":"Edit","args":{"path":"/srv/p/a.go"}}}`, `{"id":"1","decision":"allow"}`, nil},
		{"file outside", `{"id":"1","cwd":"/srv/p","scope":{"paths":["/srv/p"]},"action":{"tool":"Edit","args":{"path":"/srv/p/../q/a.go"}}}`, `{"id":"1","decision":"deny"}`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := filepath.Join(t.TempDir(), "rows")
			if err := os.WriteFile(rows, []byte(test.row+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			if err := run(&got, append(append([]string{"boundary"}, test.args...), rows)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want+"\n", got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
