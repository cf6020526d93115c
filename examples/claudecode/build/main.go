// Build makes the plugin ready to install.
//
//	go run ./examples/claudecode/build [-fail-closed]
//	go run ./examples/claudecode/build -all [-url https://example.com/releases] [-o dist]
//
// The first form builds the programs for this machine into the plugin's folder, which
// is then a plugin as it lies there. The second makes one archive for each platform,
// their checksums, and a marketplace that names them; the same sources make the same
// archives. With -fail-closed a call is blocked when the hook cannot run at all
// (Claude Code 2.1.295 and newer); otherwise hooks fail open, as the agent has it.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// platforms are what an archive is made for.
var platforms = []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"}

// programs are built into the plugin's hooks folder. Claude Code puts a folder named
// bin onto the path of the agent's shell, where they have no business.
var programs = []string{"ambit-hook", "ambit-export"}

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

// run is the whole program.
func run(args []string, stdout, stderr io.Writer) error {
	set := flag.NewFlagSet("build", flag.ContinueOnError)
	set.SetOutput(stderr)
	all := set.Bool("all", false, "one archive for each platform, checksums and a marketplace")
	out := set.String("o", "", "`folder` for the archives; dist beside the plugin if empty")
	url := set.String("url", "https://github.com/ambit-go/ambit/releases/latest/download", "where the archives will lie")
	closed := set.Bool("fail-closed", false, "a hook that cannot run blocks the call")
	only := set.String("platforms", strings.Join(platforms, ","), "with -all: for which, as `os/arch,…`")
	if err := set.Parse(args); err != nil {
		return err //nolint:wrapcheck // flag has said it
	}
	here, err := folder()
	if err != nil {
		return err
	}
	b := builder{here: here, closed: *closed, out: stdout}
	if !*all {
		return b.local()
	}
	if *out == "" {
		*out = filepath.Join(here, "dist")
	}
	return b.archives(*out, strings.TrimSuffix(*url, "/"), strings.Split(*only, ","))
}

// folder returns the folder of this example.
func folder() (string, error) {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/ambit-go/ambit/examples/claudecode/build").Output()
	if err != nil {
		return "", fmt.Errorf("find the example: run this inside its repository: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

type builder struct {
	here   string
	closed bool
	out    io.Writer
}

func (b *builder) plugin() string { return filepath.Join(b.here, "plugin") }

// local builds for this machine, in place.
func (b *builder) local() error {
	hooks := filepath.Join(b.plugin(), "hooks")
	if err := b.compile(runtime.GOOS+"/"+runtime.GOARCH, hooks); err != nil {
		return err
	}
	text, err := b.hooks(runtime.GOOS)
	if err != nil {
		return err
	}
	name := filepath.Join(hooks, "hooks.json")
	if old, err := os.ReadFile(name); err != nil || !bytes.Equal(old, text) {
		if err := os.WriteFile(name, text, 0o644); err != nil { //nolint:gosec // a plugin's file is for everybody
			return err //nolint:wrapcheck // names the operation and the path
		}
	}
	fmt.Fprintf(b.out, "%s is ready: claude plugin install ambit --marketplace %s\n", b.plugin(), b.here)
	return nil
}

// compile builds the programs for a platform into a folder.
func (b *builder) compile(platform, dir string) error {
	system, arch, _ := strings.Cut(platform, "/")
	for _, p := range programs {
		name := p
		if system == "windows" {
			name += ".exe"
		}
		cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", filepath.Join(dir, name), "./"+p)
		cmd.Dir = b.here
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s for %s: %w\n%s", p, platform, err, out)
		}
	}
	return nil
}

// hooks returns hooks.json for a system: Windows starts programs by their whole name.
func (b *builder) hooks(system string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(b.plugin(), "hooks", "hooks.json"))
	if err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	return fit(text, system, b.closed)
}

// fit fits the text of hooks.json to a system, and to whether a hook that cannot
// run blocks the call.
func fit(text []byte, system string, closed bool) ([]byte, error) {
	var file struct {
		Description string                      `json:"description"`
		Hooks       map[string][]map[string]any `json:"hooks"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("hooks.json: %w", err)
	}
	for event, groups := range file.Hooks {
		for _, g := range groups {
			handlers, _ := g["hooks"].([]any)
			for _, h := range handlers {
				handler, ok := h.(map[string]any)
				if !ok {
					return nil, fmt.Errorf("hooks.json: %s: a handler is no object", event)
				}
				command, _ := handler["command"].(string)
				command = strings.TrimSuffix(command, ".exe")
				if system == "windows" {
					command += ".exe"
				}
				handler["command"] = command
				delete(handler, "onFailure")
				if closed && event == "PreToolUse" {
					handler["onFailure"] = "block"
				}
			}
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(file); err != nil {
		return nil, fmt.Errorf("hooks.json: %w", err)
	}
	return b.Bytes(), nil
}

// archives makes what a release carries.
func (b *builder) archives(dir, url string, platforms []string) error {
	manifest, err := os.ReadFile(filepath.Join(b.plugin(), ".claude-plugin", "plugin.json"))
	if err != nil {
		return err //nolint:wrapcheck // names the operation and the path
	}
	var plugin struct{ Name, Version, Description string }
	if err := json.Unmarshal(manifest, &plugin); err != nil {
		return fmt.Errorf("plugin.json: %w", err)
	}
	market, err := b.marketplace()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, ".claude-plugin"), 0o755); err != nil { //nolint:gosec // for everybody
		return err //nolint:wrapcheck // names the operation and the path
	}
	var sums strings.Builder
	for _, p := range platforms {
		entry := plugin.Name + "-" + strings.ReplaceAll(p, "/", "-")
		file := fmt.Sprintf("%s-%s-%s.zip", plugin.Name, plugin.Version, strings.ReplaceAll(p, "/", "-"))
		data, err := b.archive(p, entry)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o644); err != nil { //nolint:gosec // for everybody
			return err //nolint:wrapcheck // names the operation and the path
		}
		sum := sha256.Sum256(data)
		digest := hex.EncodeToString(sum[:])
		fmt.Fprintf(&sums, "%s  %s\n", digest, file)
		market.Plugins = append(market.Plugins, entryOf(entry, plugin.Description, url+"/"+file, digest))
		fmt.Fprintf(b.out, "%s  %s  %d bytes\n", digest, file, len(data))
	}
	text, err := json.MarshalIndent(market, "", "  ")
	if err != nil {
		return fmt.Errorf("marketplace.json: %w", err)
	}
	for name, data := range map[string][]byte{
		"SHA256SUMS": []byte(sums.String()),
		filepath.Join(".claude-plugin", "marketplace.json"): append(text, '\n'),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil { //nolint:gosec // for everybody
			return err //nolint:wrapcheck // names the operation and the path
		}
	}
	return nil
}

// A marketplace lists plugins. Nothing in its format picks one by platform, so each
// platform is a plugin of its own.
type marketplace struct {
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Owner       map[string]string `json:"owner"`
	Plugins     []entry           `json:"plugins"`
}

type entry struct {
	Name        string            `json:"name"`
	Source      map[string]string `json:"source"`
	Description string            `json:"description"`
}

func entryOf(name, description, url, digest string) entry {
	return entry{Name: name, Description: description, Source: map[string]string{"source": "archive", "url": url, "sha256": digest}}
}

// marketplace returns the marketplace of the sources, without its plugin.
func (b *builder) marketplace() (marketplace, error) {
	var m struct {
		marketplace
		Plugins json.RawMessage `json:"plugins"` // lies in a folder, and not in an archive
	}
	text, err := os.ReadFile(filepath.Join(b.here, ".claude-plugin", "marketplace.json"))
	if err != nil {
		return m.marketplace, err //nolint:wrapcheck // names the operation and the path
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m.marketplace, fmt.Errorf("marketplace.json: %w", err)
	}
	return m.marketplace, nil
}

// archive packs the plugin for one platform, under a name of its own.
func (b *builder) archive(platform, name string) ([]byte, error) {
	tmp, err := os.MkdirTemp("", "ambit-plugin")
	if err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	if err := b.compile(platform, filepath.Join(tmp, "hooks")); err != nil {
		return nil, err
	}
	system, _, _ := strings.Cut(platform, "/")
	files := map[string][]byte{}
	built, err := os.ReadDir(filepath.Join(tmp, "hooks"))
	if err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	for _, f := range built {
		if files["hooks/"+f.Name()], err = os.ReadFile(filepath.Join(tmp, "hooks", f.Name())); err != nil {
			return nil, err //nolint:wrapcheck // names the operation and the path
		}
	}
	root := os.DirFS(b.plugin())
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path, "hooks/ambit-") {
			return err
		}
		text, err := fs.ReadFile(root, path)
		switch path {
		case "hooks/hooks.json":
			text, err = b.hooks(system)
		case ".claude-plugin/plugin.json":
			text = bytes.Replace(text, []byte(`"name": "ambit"`), []byte(`"name": "`+name+`"`), 1)
		}
		files[path] = text
		return err
	})
	if err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	if files["LICENSE"], err = os.ReadFile(filepath.Join(b.here, "..", "..", "LICENSE")); err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	return pack(files)
}

// pack makes an archive that is the same for the same files.
func pack(files map[string][]byte) ([]byte, error) {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		h.SetMode(0o644)
		if strings.HasPrefix(name, "hooks/ambit-") {
			h.SetMode(0o755)
		}
		f, err := w.CreateHeader(h)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return b.Bytes(), nil
}
