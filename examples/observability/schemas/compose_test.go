package schemas

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

func load(t *testing.T, text string) (*types.Project, error) {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: dir, Environment: types.Mapping{},
		ConfigFiles: []types.ConfigFile{{Filename: filepath.Join(dir, "compose.yaml"), Content: []byte(text)}},
	}, func(o *loader.Options) { o.SetProjectName("ambit", true); o.Profiles = []string{"*"} })
}

// docker compose reads the file by this very loader: what it would refuse is refused
// here. Each image has a version, each file that is mounted is there, and is one that
// its program is told to read.
func TestComposeReadsItsFile(t *testing.T) {
	text, err := os.ReadFile("../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := load(t, string(text))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name, s := range p.Services {
		names = append(names, name)
		if !regexp.MustCompile(`:v?[0-9]+\.[0-9]+(\.[0-9]+)?$`).MatchString(s.Image) {
			t.Errorf("%s: the image %s has no version", name, s.Image)
		}
		for _, v := range s.Volumes {
			if v.Type != types.VolumeTypeBind {
				if _, ok := p.Volumes[v.Source]; !ok {
					t.Errorf("%s: there is no volume %s", name, v.Source)
				}
				continue
			}
			info, err := os.Stat(v.Source)
			if err != nil {
				t.Errorf("%s mounts what is not there: %v", name, err)
				continue
			}
			if !v.ReadOnly {
				t.Errorf("%s can write to %s", name, v.Source)
			}
			if told := strings.Join(s.Command, " "); !info.IsDir() && !strings.Contains(told, v.Target) && filepath.Base(v.Target) != "alerts.yaml" {
				t.Errorf("%s mounts %s, and is told %q", name, v.Target, told)
			}
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes port %s to everybody", name, port.Published)
			}
		}
		if name != "net" && s.NetworkMode != "service:net" {
			t.Errorf("%s is in the network %q", name, s.NetworkMode)
		}
	}
	// Grafana looks for dashboards where they are mounted.
	provider, err := os.ReadFile("../grafana/provisioning/dashboards/ambit.yaml")
	if err != nil {
		t.Fatal(err)
	}
	at := regexp.MustCompile(`path: ([\w/]+)`).FindSubmatch(provider)
	if at == nil || !slices.ContainsFunc(p.Services["grafana"].Volumes, func(v types.ServiceVolumeConfig) bool {
		return v.Target == string(at[1]) && filepath.Base(v.Source) == "dashboards"
	}) {
		t.Errorf("the dashboards are not mounted where Grafana looks for them, %s", at)
	}
	slices.Sort(names)
	if want := []string{"collector", "grafana", "jaeger", "net", "prometheus", "tempo"}; !slices.Equal(names, want) {
		t.Errorf("services %q, want %q", names, want)
	}
	for _, bad := range [][2]string{{"image:", "imagine:"}, {"depends_on: [net]", "depends_on: [nets]"}, {"network_mode: service:net", "network_mode: [net]"}, {":ro\n", ":rx:y:z\n"}} {
		if _, err := load(t, strings.Replace(string(text), bad[0], bad[1], 1)); err == nil {
			t.Errorf("it loads with %q in the place of %q", bad[1], bad[0])
		}
	}
}
