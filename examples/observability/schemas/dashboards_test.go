package schemas

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Grafana generates these types from its schema of dashboards; read strictly, they take
// nothing that the schema does not know, options of panels and queries included.
func TestDashboardsFollowGrafanasSchema(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	files, err := filepath.Glob("../grafana/dashboards/*.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d dashboards: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		check := func(text string) error {
			var d dashboard.Dashboard //nolint:staticcheck // deprecated for a second form, which older Grafanas do not read
			// It returns a list of errors, and one that is empty is no nil error.
			if list, ok := errors.AsType[cog.BuildErrors](d.UnmarshalJSONStrict([]byte(text))); !ok || len(list) > 0 {
				return list
			}
			return d.Validate()
		}
		if err := check(string(text)); err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
		for _, bad := range [][2]string{{`"panels"`, `"panel"`}, {`"schemaVersion": 39`, `"schemaVersion": "39"`}, {`"expr"`, `"expression"`}, {`"gridPos"`, `"grid"`}} {
			changed := strings.Replace(string(text), bad[0], bad[1], 1)
			if changed == string(text) {
				t.Fatalf("%s has no %s", file, bad[0])
			}
			if check(changed) == nil {
				t.Errorf("%s: nothing is wrong with %s in the place of %s", filepath.Base(file), bad[1], bad[0])
			}
		}
	}
}
