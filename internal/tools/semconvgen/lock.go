package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// lockFile remembers every enumeration value that was ever declared, ours and
// pinned, so that none changes or goes without somebody noticing: queries and
// alerts are written against them.
const lockFile = "model/enums.lock"

const lockHeader = `# Every value of every enumeration: key, member id, value. Additions are recorded by the generator.
# A line that is taken out or changed breaks queries and alerts: it needs a migration note and a release note.
`

// A lock maps "key id" to the value.
type lock map[string]string

func readLock(fsys fs.FS) (lock, error) {
	data, err := fs.ReadFile(fsys, lockFile)
	if errors.Is(err, fs.ErrNotExist) {
		return lock{}, nil
	}
	if err != nil {
		return nil, err
	}
	l := lock{}
	sc := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != 3 {
			return nil, fmt.Errorf("%s:%d: want key, id and value", lockFile, n)
		}
		l[fields[0]+" "+fields[1]] = fields[2]
	}
	return l, sc.Err()
}

func (r *registry) lock() lock {
	l := lock{}
	for _, a := range r.attributes {
		for _, m := range a.Type.Members {
			l[a.Key+" "+m.ID] = m.Value
		}
	}
	return l
}

// broken says which values recorded in l are gone or changed in now.
func (l lock) broken(now lock) []string {
	var problems []string
	for at, value := range l {
		switch got, ok := now[at]; {
		case !ok:
			problems = append(problems, fmt.Sprintf("%s: %s: recorded and no longer declared", lockFile, at))
		case got != value:
			problems = append(problems, fmt.Sprintf("%s: %s: recorded as %s, now %s", lockFile, at, value, got))
		}
	}
	slices.Sort(problems)
	return problems
}

func (l lock) bytes() []byte {
	lines := make([]string, 0, len(l))
	for at, value := range l {
		lines = append(lines, at+" "+value+"\n")
	}
	slices.Sort(lines)
	return []byte(lockHeader + strings.Join(lines, ""))
}
