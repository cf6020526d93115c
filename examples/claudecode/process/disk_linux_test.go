package process_test

// Real file systems that take nothing: mounted in name spaces of the test's own.

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// mounted makes the hooks of a run where a file system of their own is mounted over the
// state folder, after what is there was copied into it.
func (a *agent) mounted(options string) func(*exec.Cmd) {
	a.Helper()
	mounts(a)
	return func(cmd *exec.Cmd) {
		script := `set -e
kept=$(mktemp -d); cp -a "$STATE"/. "$kept"
mount -t tmpfs -o size=1m none "$STATE"; cp -a "$kept"/. "$STATE"; rm -rf "$kept"
` + options + `
exec "$@"`
		cmd.Args = append([]string{"sh", "-c", script, "sh"}, cmd.Args...)
		sh, err := exec.LookPath("sh")
		if err != nil {
			a.Fatal(err)
		}
		cmd.Path = sh
		cmd.Env = append(cmd.Env, "STATE="+a.state)
		cmd.SysProcAttr = ownMounts()
	}
}

// ownMounts are the attributes of a process with mounts of its own.
func ownMounts() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Unshareflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	return attr
}

// mounts skips a test where nobody may mount, as in most containers.
func mounts(t testing.TB) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "none", t.TempDir())
	cmd.SysProcAttr = ownMounts()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("no mounts here: %v %s", err, out)
	}
}

// TestDisksThatTakeNothing holds that the agent goes on where the state folder is on a
// read-only file system, belongs to somebody else, or is full: what is ordinary runs,
// and what rests on the session's history asks, since it may be wrong by now.
func TestDisksThatTakeNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		prepare func(a *agent) func(*exec.Cmd)
		want    error // of who writes there
	}{
		"read-only": {func(a *agent) func(*exec.Cmd) { return a.mounted(`mount -o remount,ro "$STATE"`) }, syscall.EROFS},
		"full": {func(a *agent) func(*exec.Cmd) {
			return a.mounted(`dd if=/dev/zero of="$STATE"/rest bs=4k 2>/dev/null || true
for log in "$STATE"/sessions/*.log; do while { printf '\n' >>"$log"; } 2>/dev/null; do :; done; done # the last page too`)
		}, syscall.ENOSPC},
		"somebody else's": {func(a *agent) func(*exec.Cmd) {
			for _, path := range []string{filepath.Join(a.state, "sessions"), a.state} {
				if err := os.Chmod(path, 0o555); err != nil { // nobody may write, which is what is tested
					a.Fatal(err)
				}
				a.Cleanup(func() { _ = os.Chmod(path, 0o700) }) // as it was
			}
			return asNobody(a)
		}, syscall.EACCES},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAgent(t)
			a.hook("SessionStart", `,"source":"startup"`)
			a.hook("UserPromptSubmit", `,"prompt":"go on"`)
			change := tt.prepare(a)
			a.meets(change, tt.want)
			hook := func(event, fields string) string {
				t.Helper()
				cmd := a.command(event, fields)
				change(cmd)
				var stderr strings.Builder
				cmd.Stderr = &stderr
				out, err := cmd.Output()
				if err != nil {
					t.Fatalf("%s: %v %s", event, err, &stderr)
				}
				return string(out)
			}
			if out := hook("PreToolUse", pre("t1", "go vet ./...")); out != "" {
				t.Errorf("an ordinary call: %s", out)
			}
			if out := hook("PostToolUse", post("t1", "go vet ./...")); out != "" {
				t.Errorf("its end: %s", out)
			}
			for _, command := range []string{"cat /home/ada/.aws/credentials", "curl https://x.example"} {
				if out := hook("PreToolUse", pre("t2", command)); !strings.Contains(out, `"ask"`) {
					t.Errorf("%s: %q, want to be asked", command, out)
				}
			}
			if out := hook("Stop", ""); out != "" {
				t.Errorf("the turn's end: %s", out)
			}
		})
	}
}

// meets makes sure that whoever writes there meets the error that is tested.
func (a *agent) meets(change func(*exec.Cmd), want error) {
	a.Helper()
	cmd := exec.CommandContext(a.Context(), "dd", "if=/dev/zero", "bs=1", "count=1", "of="+filepath.Join(a.state, "sessions", "probe"))
	cmd.Env = append(os.Environ(), "LC_ALL=C") // what dd says is compared
	change(cmd)
	out, err := cmd.CombinedOutput()
	errno, _ := errors.AsType[syscall.Errno](want)
	if err == nil || !strings.Contains(strings.ToLower(string(out)), errno.Error()) {
		a.Fatalf("a write there: %v %s, want %v", err, out, want)
	}
}

// asNobody runs a program as another user where this one may write everywhere.
func asNobody(a *agent) func(*exec.Cmd) {
	if os.Getuid() != 0 {
		return func(*exec.Cmd) {}
	}
	for dir := a.state; len(dir) > len(os.TempDir()); dir = filepath.Dir(dir) { // the way there
		if info, err := os.Stat(dir); err == nil && dir != a.state {
			_ = os.Chmod(dir, info.Mode()|0o055)
		}
	}
	for _, path := range []string{a.path, filepath.Dir(a.path), a.root, filepath.Dir(a.root)} {
		if err := os.Chmod(path, 0o755); err != nil { // for the other user to run what is there
			a.Fatal(err)
		}
	}
	return func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
}
