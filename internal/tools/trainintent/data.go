package main

import (
	"encoding/json"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/internal/eval/intentrows"
	"github.com/ambit-go/ambit/internal/eval/rows"
	"github.com/ambit-go/ambit/internal/intentmodel"
)

// A sample is one row, with the features of its calls.
type sample struct {
	file string
	row  *intentrows.Row // labels only: actions are dropped

	calls   [][]int            // features of each call
	inWork  [][]int            // of a single command, or of reconnaissance: of its calls in the midst of quiet work
	prompt  []intentmodel.Term // of the purpose, from the prompt
	work    []intentmodel.Term // of the purpose, from what was done
	bare    []intentmodel.Term // the same for a session without a prompt
	survey  bool               // the session does little else than look around on the machine
	fold    int                // of its technique, template or task
	origin  string             // the file its attack is from
	step    int                // of a blended row: which call is the attack; -1 for others
	techs   string             // what one malicious group is: never on both sides of a split
	classes []intentmodel.Class
	purpose intentmodel.Purpose
	labeled bool // purpose is a label
}

// Files of the data, and what they are good for.
var (
	attackFiles  = []string{"art", "caldera", "redcode", "slp", "oas"}
	sessionFile  = "sessions"
	commandFiles = []string{"nl2bash", "tldr"}
	blendedFile  = "blended"
	purposeFile  = "purpose"
	otherFiles   = []string{"agentdojo"}
)

const folds = 5

// load reads every file of dir and sees its rows as the classifier would.
func load(dir string) ([]*sample, error) {
	files := slices.Concat(attackFiles, []string{sessionFile}, commandFiles, []string{blendedFile, purposeFile}, otherFiles)
	feeder := intentrows.Default()
	blank := new(intentmodel.Model)
	quiet := quietWork(feeder)
	var set []*sample
	byID := map[string]*sample{}
	for _, file := range files {
		name := filepath.Join(dir, file+".jsonl.gz")
		if _, err := os.Stat(name); err != nil {
			name = strings.TrimSuffix(name, ".gz")
		}
		for r, err := range rows.Read[intentrows.Row](name) {
			if err != nil {
				return nil, err
			}
			s := &sample{file: file, row: r}
			s.see(blank, feeder.Actions(r))
			s.label(byID)
			if slices.Contains(commandFiles, file) || slices.Contains(s.classes, intentmodel.Reconnaissance) {
				s.seeInWork(blank, quiet, feeder.Actions(r))
			}
			r.Actions, r.Prompt = nil, ""
			byID[r.ID] = s
			set = append(set, s)
		}
	}
	return set, nil
}

func (s *sample) see(m *intentmodel.Model, actions []intent.Action) {
	var withPrompt, without intentmodel.State
	for i := range actions {
		a := convert(&actions[i])
		f, _ := m.Features(nil, &withPrompt, &a)
		switch a.Role {
		case intentmodel.Prompt:
			s.prompt = intentmodel.PromptTerms(a.Text)
			continue
		case intentmodel.Call:
			s.calls = append(s.calls, f)
		case intentmodel.Output:
		}
		m.Observe(&without, &a)
	}
	s.work, s.bare = withPrompt.WorkTerms(), without.WorkTerms()
	s.survey = without.Surveys()
}

// quietWork is what single honest commands are put behind: in the midst of work
// people run them too, and the sessions at hand are from few and quiet projects.
func quietWork(feeder intentrows.Feeder) []intent.Action {
	const work = `[
		{"tool": "Grep", "input": {"pattern": "round", "path": "/home/dev/shop"}},
		{"tool": "Read", "input": {"file_path": "/home/dev/shop/total.go"}},
		{"tool": "Edit", "input": {"file_path": "/home/dev/shop/total.go", "old_string": "a", "new_string": "b"}},
		{"tool": "Bash", "input": {"command": "go test ./... 2>&1 | tail -20"}}]`
	var r intentrows.Row
	if err := json.Unmarshal([]byte(work), &r.Actions); err != nil {
		panic(err) // a constant
	}
	once := feeder.Actions(&r)
	return slices.Concat(once, once)
}

// seeInWork is see for a command in the midst of work.
func (s *sample) seeInWork(m *intentmodel.Model, work, actions []intent.Action) {
	var state intentmodel.State
	for i := range work {
		a := convert(&work[i])
		m.Observe(&state, &a)
	}
	for i := range actions {
		a := convert(&actions[i])
		f, _ := m.Features(nil, &state, &a)
		s.inWork = append(s.inWork, f)
	}
}

func convert(a *intent.Action) intentmodel.Action {
	return intentmodel.Action{
		Role: intentmodel.Role(a.Role), Tool: a.Tool, Server: a.Server, Text: a.Text,
		Effects: a.Effects, Findings: a.Findings, Switches: a.Switches, Failed: a.Failed,
	}
}

// label turns the names of the data into the model's.
func (s *sample) label(byID map[string]*sample) {
	r := s.row
	s.techs, s.origin, s.step = r.Source+"|"+r.Group, s.file, -1
	if s.file == blendedFile {
		// a blended row is of the technique it was made of
		for _, id := range r.From {
			if from := byID[id]; from != nil && from.malicious() {
				s.techs, s.origin, s.step = from.techs, from.file, r.At
			}
		}
	}
	s.fold = fold(s.techs)
	if s.malicious() && r.CatGold {
		for _, c := range append([]string{r.Category}, r.Also...) {
			if class, ok := classOf(c); ok {
				s.classes = append(s.classes, class)
			}
		}
	}
	if !s.malicious() && r.CatGold {
		name := strings.ReplaceAll(r.Category, "-", "_")
		if r.Label == "vcs" || strings.HasSuffix(r.Label, "(vcs)") {
			name = "vcs"
		}
		for p := range intentmodel.Purpose(intentmodel.Purposes) {
			if p.String() == name {
				s.purpose, s.labeled = p, true
			}
		}
	}
}

func (s *sample) malicious() bool { return s.row.Coarse == "malicious" }

// classOf maps a category of the data to a class of the model.
func classOf(category string) (intentmodel.Class, bool) {
	switch category {
	case "secret-access":
		return intentmodel.SecretHarvesting, true
	case "other-malicious":
		return intentmodel.ForeignCode, true
	}
	name := strings.ReplaceAll(category, "-", "_")
	for c := range intentmodel.Class(intentmodel.Classes) {
		if c.String() == name {
			return c, true
		}
	}
	return 0, false
}

// fold puts a group into one of the folds by its name.
func fold(name string) int {
	h := fnv.New32a()
	h.Write([]byte(name))
	return int(h.Sum32()>>8) % folds
}
