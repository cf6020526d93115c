// Package intentmodel is what the default classifier of package intent is made
// of: the signs it looks for, the features it makes of them, the linear models
// over the features, and the state of a session. It is a package of its own so
// that the program that trains the models measures exactly what runs.
package intentmodel

import "slices"

// A Class is one of the labels of an attack, in the order of the model's columns.
type Class uint8

// The classes. Their names are the labels of package intent.
const (
	SecretHarvesting Class = iota
	Reconnaissance
	Exfiltration
	PrivilegeEscalation
	Persistence
	Destruction
	DefenseEvasion
	LateralMovement
	ForeignCode
	Injection
	classes = iota
)

// Classes is how many classes there are.
const Classes = classes

var classNames = [classes]string{
	"secret_harvesting", "reconnaissance", "exfiltration", "privilege_escalation", "persistence",
	"destruction", "defense_evasion", "lateral_movement", "foreign_code", "injection",
}

// String returns the label of c.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return ""
}

func classByName(name string) (Class, bool) {
	i := slices.Index(classNames[:], name)
	return Class(max(i, 0)), i >= 0
}

// A Purpose is one of the ordinary labels, in the order of the model's columns.
type Purpose uint8

// The purposes. Their names are the labels of package intent.
const (
	Refactor Purpose = iota
	Debug
	Explore
	Test
	Build
	Dependency
	Docs
	Feature
	Review
	Deploy
	DataAnalysis
	Config
	VCS
	purposes = iota
)

// Purposes is how many purposes there are.
const Purposes = purposes

var purposeNames = [purposes]string{
	"refactor", "debug", "explore", "test", "build", "dependency", "docs", "feature", "review",
	"deploy", "data_analysis", "config", "vcs",
}

// String returns the label of p.
func (p Purpose) String() string {
	if int(p) < len(purposeNames) {
		return purposeNames[p]
	}
	return ""
}
