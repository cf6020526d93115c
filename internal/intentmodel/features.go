package intentmodel

import (
	"math/bits"
	"sync"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
)

// An Action is one step of a session: the fields of intent.Action.
type Action struct {
	Role     Role
	Tool     string
	Server   string
	Text     string
	Effects  []effect.Effect
	Findings []secret.Finding
	Switches []identity.Switch
	Failed   bool
}

// A Role is what part an action plays.
type Role uint8

// The roles of intent.Action.
const (
	Call Role = iota
	Prompt
	Output
)

// A vector is the set of features an action has. Features are there or not: what
// an attacker adds to an action adds features and takes none away.
type vector [vectorWords]uint64

const (
	vectorWords = 8
	maxFeatures = vectorWords * 64
)

func (v *vector) set(f int)      { v[f>>6] |= 1 << (f & 63) }
func (v *vector) has(f int) bool { return v[f>>6]&(1<<(f&63)) != 0 }

func (v *vector) each(f func(int)) {
	for w := range v {
		for b := v[w]; b != 0; b &= b - 1 {
			f(w<<6 + bits.TrailingZeros64(b))
		}
	}
}

// Where the groups of features begin. The signs come first, by their numbers.
const (
	featTier    = maxSigns + 1              // how many signs of a tier: 1, 2 and 3 of each
	featWritten = featTier + 3*3            // the same for what a program that is written would do
	featClass   = featWritten + 3*3         // the classes of what is written
	featDoes    = featClass + classes       // what a program that runs at once is for
	featFact    = featDoes + classes        // facts
	featEffect  = featFact + len(factNames) // kind and access of an effect
	featOut     = featEffect + kinds*access // a kind, outwards
	featRegion  = featOut + kinds           // region of a path and what is done there
	featSwitch  = featRegion + regions*4    // kinds of identity switches
	featTool    = featSwitch + switchKinds  // kinds of tools
	featOther   = featTool + int(toolKinds) // the named ones below
	features    = featOther + int(numOthers)
)

const (
	kinds       = int(effect.Data) + 1
	access      = int(effect.Grant) + 1
	switchKinds = int(identity.AudienceMismatch) + 1
)

// Features of their own: certainty, findings, what goes together in one action
// ("with"), and what follows on what ("after").
type other uint8

const (
	manyEffects other = iota
	unknownEffect
	unknownProgram
	secretArgument
	secretPath
	rawAddress
	mutatesRemote
	mutatesCloud

	secretWithOut
	gatherWithOut
	encodeWithOut
	surveyWithOut
	fileWithOut
	personalWithOut
	channelWithOut
	channelWithShell
	fetchWithMark
	fetchWithRun
	killWithCritical
	stopWithSecurity
	encodeWithRun
	sudoWithSign
	loopWithSign
	silentWithSign
	deleteWithRoot
	deleteManyOutside
	writeWithSecret
	buildWithRun
	disguised
	hiddenPlace
	tmpWithMark
	searchWithKeys
	dialogWithPassword
	deleteWithHome
	socketWithShell
	manyClasses2
	manyClasses3
	grantWithSudo
	sweep
	sudoWithShell
	survey3InOne
	survey5InOne
	copyWithRun
	grantWithRoot
	endsProduction
	program1
	program2
	program3
	writtenProgram1
	writtenProgram2
	writtenProgram3

	secretAfterSearch
	outAfterSecret
	outAfterSecretEver
	outAfterGather
	outAfterEncode
	outAfterSurvey
	outOfNewFile
	outOfGathered
	runAfterFetch
	runOfFetched
	runOfWritten
	runOfMarked
	runOfBad1
	runOfBad2
	runOfBad3
	survey3
	survey6
	surveyKinds3
	stages2
	stages3
	stages4
	escalateAfterFailure
	evadeAfterSign
	deleteAfterOut
	deleteOfNewFile
	actAfterInstruction
	targetFromResult
	outAfterInstruction
	outTargetFromResult
	repeatedSign
	repoWithStranger
	encodeWithBlob
	pushAfterRemote
	signAfterWork2
	signAfterWork6
	systemAfterWork
	runOutsideWork
	afterWork
	numOthers
)

var otherNames = [numOthers]string{
	"effects.many", "effect.unknown", "program.unknown", "secret.argument", "secret.path", "host.address", "remote.mutate", "cloud.mutate",
	"with.secret+out", "with.gather+out", "with.encode+out", "with.survey+out", "with.file+out", "with.personal+out",
	"with.channel+out", "with.channel+shell", "with.fetch+mark", "with.fetch+run", "with.kill+critical", "with.stop+security",
	"with.encode+run", "with.sudo+sign", "with.loop+sign", "with.silent+sign", "with.delete+root", "with.delete+outside",
	"with.write+secret", "with.build+run", "with.disguise", "with.hidden", "with.tmp+mark", "with.search+keys", "with.dialog+password", "with.delete+home", "with.socket+shell",
	"with.classes2", "with.classes3", "with.grant+sudo", "with.sweep", "with.sudo+shell", "with.survey3", "with.survey5", "with.copy+run", "with.grant+root", "with.production+end", "with.program1", "with.program2", "with.program3", "written.program1", "written.program2", "written.program3",
	"after.search>secret", "after.secret>out", "after.secret>out.ever", "after.gather>out", "after.encode>out", "after.survey>out",
	"after.newfile>out", "after.gathered>out", "after.fetch>run", "after.fetched>run", "after.written>run", "after.marked>run",
	"after.bad1>run", "after.bad2>run", "after.bad3>run", "after.survey3", "after.survey6", "after.survey.kinds3",
	"after.stages2", "after.stages3", "after.stages4", "after.failure>escalate", "after.sign>evade", "after.out>delete",
	"after.newfile>delete", "after.instruction>act", "after.result>target", "after.instruction>out", "after.result>out.target",
	"after.sign>same", "with.repo+stranger", "with.encode+blob", "after.remote>push", "after.work2>sign", "after.work6>sign", "after.work6>system", "after.work6>run.outside", "after.work",
}

var factNames = [...]string{
	"pipe.shell", "decode.run", "sends.file", "blob", "escapes", "broken", "root.target", "sudo", "home.target", "heredoc", "loop", "silent", "background", "for", "stranger",
}

// Regions of the file system, by the beginning of an absolute path.
const (
	regionSystem = iota // programs, libraries, the kernel's and the boot loader's files
	regionConfig        // /etc and its like
	regionState         // /var and its like
	regionDevice        // /dev, /proc, /sys
	regionTemp
	regionHomeHidden
	regionHome    // a home folder itself
	regionHomeTop // what lies right in one
	regionRoot    // "/" and what lies right in it
	regionWork    // everything else
	regions
)

var regionNames = [regions]string{"system", "config", "state", "device", "temp", "home.hidden", "home", "home.top", "root", "work"}

func regionOf(p string) int {
	if len(p) > 1 && p[len(p)-1] == '/' {
		p = p[:len(p)-1]
	}
	if rest, ok := belowHome(p); ok {
		switch {
		case rest == "":
			return regionHome
		case len(rest) > 2 && rest[1] == '.':
			return regionHomeHidden
		case lastSlash(rest) == 0:
			return regionHomeTop
		}
		return regionWork
	}
	if p == "" || p[0] != '/' {
		return regionWork
	}
	end := 1
	for end < len(p) && p[end] != '/' {
		end++
	}
	switch p[1:end] {
	case "bin", "sbin", "lib", "lib64", "boot", "System", "efi":
		return regionSystem
	case "usr":
		if len(p) > len("/usr/local/") && p[:len("/usr/local/")] == "/usr/local/" {
			return regionWork
		}
		return regionSystem
	case "etc", "Library":
		return regionConfig
	case "var":
		if hasDir(p, "/var/tmp") || hasDir(p, "/var/folders") {
			return regionTemp
		}
		return regionState
	case "run":
		return regionState
	case "dev", "proc", "sys":
		if hasDir(p, "/dev/shm") {
			return regionTemp
		}
		if ordinaryDevice(p) {
			return regionTemp
		}
		return regionDevice
	case "tmp":
		return regionTemp
	case "home", "Users":
		return regionRoot
	case "private":
		if len(p) > 8 {
			return regionOf(p[8:])
		}
	}
	if end >= len(p)-1 {
		return regionRoot
	}
	return regionWork
}

func hasDir(p, dir string) bool {
	return len(p) >= len(dir) && p[:len(dir)] == dir && (len(p) == len(dir) || p[len(dir)] == '/')
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return i
		}
	}
	return -1
}

// A toolKind is what sort of tool a call uses, from its name.
type toolKind uint8

const (
	toolOther toolKind = iota
	toolShell
	toolRead
	toolSearch
	toolEdit
	toolWrite
	toolWeb
	toolTask
	toolPlan
	toolAsk
	toolCode
	toolMCP
	toolKinds
)

var toolNames = [toolKinds]string{"other", "shell", "read", "search", "edit", "write", "web", "task", "plan", "ask", "code", "mcp"}

// toolOf knows the tools of the common coding agents. Any other is what its
// effects make of it.
func toolOf(name, server string) toolKind {
	if server != "" {
		return toolMCP
	}
	if len(name) > 5 && name[:5] == "mcp__" {
		return toolMCP
	}
	switch name {
	case "Bash", "bash", "shell", "local_shell", "exec_command", "run_shell_command", "run_in_terminal", "run_terminal_cmd", "Shell", "terminal", "execute_bash", "container.exec", "BashOutput", "KillShell", "KillBash", "TerminalExecute", "execute_command", "PowerShell":
		return toolShell
	case "Read", "read_file", "view", "cat", "NotebookRead", "read_many_files", "open_file", "ReadFile", "view_file":
		return toolRead
	case "Grep", "Glob", "LS", "grep", "glob", "grep_search", "file_search", "codebase_search", "list_directory", "search_file_content", "list_dir", "semantic_search", "LSP", "ToolSearch", "find":
		return toolSearch
	case "Edit", "MultiEdit", "edit", "str_replace", "str_replace_based_edit_tool", "str_replace_editor", "apply_patch", "edit_file", "replace", "NotebookEdit", "replace_string_in_file", "insert_edit_into_file", "search_replace":
		return toolEdit
	case "Write", "write_file", "create_file", "write", "WriteFile", "write_to_file":
		return toolWrite
	case "WebFetch", "WebSearch", "web_fetch", "web_search", "google_web_search", "fetch_webpage", "Browser", "browser", "web.run", "fetch":
		return toolWeb
	case "Task", "Agent", "Skill", "runSubagent", "TaskOutput", "dispatch_agent":
		return toolTask
	case "TodoWrite", "TaskCreate", "TaskUpdate", "TaskList", "TaskGet", "update_plan", "EnterPlanMode", "ExitPlanMode", "write_todos", "manage_todo_list", "save_memory", "think":
		return toolPlan
	case "AskUserQuestion", "ask_user", "ask_followup_question", "Complete":
		return toolAsk
	case "Python", "python", "execute_python", "code_interpreter", "run_code", "jupyter", "ipython", "execute_ipython_cell":
		return toolCode
	}
	return toolOther
}

var kindNames = [kinds]string{"any", "path", "host", "url", "repo", "command", "code", "secret", "identity", "resource", "data"}

var accessNames = [access]string{"none", "read", "connect", "write", "delete", "exec", "grant"}

// FeatureNames returns the name of every feature, by its number; unused ones are
// empty. Names are what model.txt and the model card call them.
var FeatureNames = sync.OnceValue(func() []string {
	l := loadLexicon()
	names := make([]string, features)
	for i, s := range l.signs {
		if i > 0 {
			names[i] = "sign." + s.name
		}
	}
	for tier := range 3 {
		for n := range 3 {
			suffix := string(rune('1'+tier)) + "x" + string(rune('1'+n))
			names[featTier+3*tier+n] = "tier." + suffix
			names[featWritten+3*tier+n] = "written.tier." + suffix
		}
	}
	for c := range Class(classes) {
		names[featClass+int(c)] = "written." + c.String()
		names[featDoes+int(c)] = "does." + c.String()
	}
	for i, n := range factNames {
		names[featFact+i] = "fact." + n
	}
	for k, kn := range kindNames {
		for a, an := range accessNames {
			names[featEffect+k*access+a] = "effect." + kn + "." + an
		}
		names[featOut+k] = "out." + kn
	}
	for r, rn := range regionNames {
		for a, an := range [...]string{"read", "write", "delete", "exec"} {
			names[featRegion+4*r+a] = "region." + rn + "." + an
		}
	}
	for s := range switchKinds {
		names[featSwitch+s] = "switch." + identity.SwitchKind(s).String()
	}
	for k, n := range toolNames {
		names[featTool+k] = "tool." + n
	}
	for o, n := range otherNames {
		names[featOther+o] = n
	}
	return names
})
