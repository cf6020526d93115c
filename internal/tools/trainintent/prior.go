package main

import (
	"strings"

	"github.com/ambit-go/ambit/internal/intentmodel"
)

// What is believed of features before the data is looked at. Signs count by their
// tier; a sign's own weight is what the data adds to that. So a sign that no row
// of the data shows counts as much as others of its tier do.

func suspicionPrior() (prior, pull []float64) {
	names := intentmodel.FeatureNames()
	prior, pull = make([]float64, len(names)), make([]float64, len(names))
	tier := map[int]int{}
	for _, s := range intentmodel.Signs() {
		tier[s.Feature] = s.Tier
	}
	for i, n := range names {
		pull[i] = 2
		switch group, rest, _ := strings.Cut(n, "."); group {
		case "sign":
			pull[i] = 1.5
			if tier[i] == 0 {
				pull[i] = 8 // what honest work does all the time is no sign by itself
			}
		case "tier":
			pull[i] = 12
			prior[i] = map[string]float64{
				"1x1": 1.3, "1x2": 1.2, "1x3": 1, "2x1": 4.2, "2x2": 1.2, "2x3": 1, "3x1": 4.8, "3x2": 1.2, "3x3": 1,
			}[rest]
		case "written":
			pull[i] = 10
			prior[i] = map[string]float64{
				"tier.1x1": 0, "tier.1x2": 0.7, "tier.1x3": 0.5, "tier.2x1": 3.8, "tier.2x2": 1, "tier.2x3": 0.7, "tier.3x1": 4.3, "tier.3x2": 1, "tier.3x3": 0.7,
			}[rest]
		case "tool":
			pull[i] = 1e4 // which tool is used says nothing of what for
		case "does":
			pull[i] = 10 // how bad is said by the program's grade
		case "fact":
			switch rest {
			case "for", "loop", "silent", "background", "heredoc", "sudo":
				pull[i] = 1e4 // forms of a command that say nothing by themselves
			}
		case "effect", "out", "region":
			pull[i] = 3
			switch {
			case strings.HasPrefix(rest, "path."), strings.HasPrefix(rest, "command."), strings.HasPrefix(rest, "code."), strings.HasPrefix(rest, "work."), strings.HasPrefix(rest, "temp."), strings.HasPrefix(rest, "home."):
				pull[i] = 1e4 // what all work is made of
			}
		}
		if n == midst {
			pull[i] = 1e6 // its weight is set with the thresholds
		}
		switch n {
		case "after.written>run", "after.newfile>delete", "after.marked>run", "sign.foreign.tmp", "sign.foreign.mark":
			pull[i] = 1e4 // what is built is run, and removed
		}
		if n == "after.work6>system" {
			pull[i] = 100 // the repositories at hand never do, others may
		}
		if p, ok := suspicionOf[n]; ok {
			prior[i] = p
		}
	}
	return prior, pull
}

// suspicionOf are priors of features of their own, as logits on top of a bias of
// about -3.5: what is alarming by itself has 4.
var suspicionOf = map[string]float64{
	"fact.pipe.shell": 2, "fact.decode.run": 4, "fact.sends.file": 1.5, "fact.blob": 1, "fact.escapes": 2, "fact.broken": 2, "fact.root.target": 0.3, "fact.home.target": 0.2,

	"with.secret+out": 4, "with.gather+out": 1.5, "with.encode+out": 2, "with.survey+out": 1, "with.file+out": 1.5, "with.repo+stranger": 2.5, "with.encode+blob": 1.5, "fact.stranger": 0, "with.personal+out": 3, "with.channel+out": 1.5,
	"with.channel+shell": 4, "with.fetch+mark": 1.5, "with.fetch+run": 1.5, "with.kill+critical": 4, "with.stop+security": 4, "with.encode+run": 3, "with.sudo+sign": 0.3,
	"with.loop+sign": 0.5, "with.silent+sign": 0.2, "with.delete+root": 3, "with.delete+outside": 0.5, "with.write+secret": 1.5, "with.build+run": 0, "with.disguise": 1,
	"with.hidden": 3, "with.tmp+mark": 1, "with.search+keys": 2.5, "with.dialog+password": 3, "with.delete+home": 2.5, "with.socket+shell": 4, "with.classes2": 0.7,
	"with.classes3": 1, "with.grant+sudo": 0, "with.sweep": 2, "with.sudo+shell": 1.5, "with.survey3": 0.7, "with.survey5": 1.5, "with.copy+run": 4, "with.grant+root": 2.5, "with.production+end": 2.5, "with.program1": 0.7, "with.program2": 2.7, "with.program3": 1, "written.program1": 0.2, "written.program2": 1.5, "written.program3": 1,

	"after.search>secret": 1, "after.secret>out": 3.5, "after.secret>out.ever": 1, "after.gather>out": 1, "after.encode>out": 1.5, "after.survey>out": 0.5,
	"after.newfile>out": 1, "after.gathered>out": 3.5, "after.fetch>run": 0.5, "after.fetched>run": 3.5, "after.written>run": 0, "after.marked>run": 0,
	"after.bad1>run": 0.3, "after.bad2>run": 3, "after.bad3>run": 1, "after.survey3": 0.2, "after.survey6": 0.3, "after.survey.kinds3": 1.2, "after.stages2": 1,
	"after.stages3": 1.2, "after.stages4": 1.5, "after.failure>escalate": 0.5, "after.sign>evade": 0.5, "after.out>delete": 0.5, "after.newfile>delete": 0,
	"after.instruction>act": 0.3, "after.instruction>out": 1, "after.result>target": 3, "after.result>out.target": 3, "after.sign>same": 0.2, "after.remote>push": 1.5, "after.work2>sign": 1, "after.work6>sign": 1, "after.work6>system": 1.2, "after.work6>run.outside": 2.5,

	"host.address": 0.7, "remote.mutate": 0, "cloud.mutate": 0, "secret.path": 0.5, "secret.argument": 0.3, "region.system.delete": 1.5, "region.system.write": 0.7, "region.config.write": 0.5, "region.config.delete": 1,
	"region.device.write": 1.5, "region.root.delete": 1.5, "region.root.write": 0.7,
	"switch.subject_changed": 1.5, "switch.actor_changed": 1.5, "switch.tenant_changed": 1.5, "switch.scope_raised": 1, "switch.delegation_spliced": 4,
	"switch.human_credential_used": 1, "switch.shared_credential": 1.5, "switch.audience_mismatch": 2, "switch.assurance_lowered": 1, "switch.delegation_dropped": 1.5,
}

const classPull = 0.6 // how strongly the weights of kinds are held to their priors

func classPrior() (prior [][intentmodel.Classes]float64, pull []float64) {
	names := intentmodel.FeatureNames()
	prior, pull = make([][intentmodel.Classes]float64, len(names)), make([]float64, len(names))
	for i, n := range names {
		pull[i] = classPull
		switch {
		case strings.HasPrefix(n, midst):
			pull[i] = 1e4 // when it happens says nothing of what for
		case strings.HasPrefix(n, "tool."), strings.HasPrefix(n, "tier."), strings.HasPrefix(n, "written.tier."), strings.HasPrefix(n, "effect."),
			strings.HasPrefix(n, "region."), strings.HasPrefix(n, "out."), strings.HasPrefix(n, "fact."), strings.HasSuffix(n, ".mutate"), strings.HasSuffix(n, "+sign"),
			strings.HasSuffix(n, ">sign"), strings.HasPrefix(n, "with.classes"), strings.HasPrefix(n, "host."), strings.HasPrefix(n, "after."):
			pull[i] = 8 // what is used says little of what for
		case strings.HasPrefix(n, "written."), strings.HasPrefix(n, "does."):
			for c := range intentmodel.Class(intentmodel.Classes) {
				if n == "written."+c.String() || n == "does."+c.String() {
					prior[i][c], pull[i] = 2, 2
				}
			}
		}
	}
	for _, s := range intentmodel.Signs() {
		pull[s.Feature] = 1.5
		switch name := strings.TrimPrefix(names[s.Feature], "sign."); {
		case name == "foreign.bad", name == "foreign.named", name == "foreign.payload":
			prior[s.Feature][s.Class] = 0.5 // a name says that it is bad, and not of what kind
			pull[s.Feature] = 8
		case name == "evade.config", name == "evade.settings":
			prior[s.Feature][s.Class] = 0.5 // settings are changed to many ends
		case s.Class == intentmodel.Reconnaissance && s.Tier == 0:
			prior[s.Feature][s.Class] = 0.8 // what is looked at on the way to something worse
			pull[s.Feature] = 4
		default:
			prior[s.Feature][s.Class] = [...]float64{1.2, 2, 3, 4}[s.Tier]
		}
	}
	of := func(name string, c intentmodel.Class, p float64) {
		for i, n := range names {
			if n == name {
				prior[i][c] = p
			}
		}
	}
	for _, n := range names {
		if strings.HasPrefix(n, "out.") {
			of(n, intentmodel.Exfiltration, 1)
		}
	}
	of("with.secret+out", intentmodel.Exfiltration, 4)
	of("with.gather+out", intentmodel.Exfiltration, 3)
	of("with.encode+out", intentmodel.Exfiltration, 3)
	of("with.file+out", intentmodel.Exfiltration, 3)
	of("with.personal+out", intentmodel.Exfiltration, 3)
	of("after.secret>out", intentmodel.Exfiltration, 3)
	of("after.gather>out", intentmodel.Exfiltration, 2)
	of("after.gathered>out", intentmodel.Exfiltration, 3)
	of("after.encode>out", intentmodel.Exfiltration, 2.5)
	of("after.survey>out", intentmodel.Exfiltration, 1)
	of("with.sweep", intentmodel.Reconnaissance, 1)
	of("with.sudo+shell", intentmodel.PrivilegeEscalation, 2)
	of("with.survey3", intentmodel.Reconnaissance, 1)
	of("with.survey5", intentmodel.Reconnaissance, 2)
	of("with.copy+run", intentmodel.DefenseEvasion, 3)
	of("with.production+end", intentmodel.Destruction, 2)
	of("with.grant+root", intentmodel.Destruction, 2)
	of("with.kill+critical", intentmodel.Destruction, 3)
	of("with.delete+root", intentmodel.Destruction, 3)
	of("with.delete+outside", intentmodel.Destruction, 1)
	of("with.stop+security", intentmodel.DefenseEvasion, 2)
	of("with.hidden", intentmodel.DefenseEvasion, 2)
	of("with.disguise", intentmodel.DefenseEvasion, 2)
	of("with.encode+run", intentmodel.DefenseEvasion, 1.5)
	of("fact.decode.run", intentmodel.DefenseEvasion, 1.5)
	of("fact.escapes", intentmodel.DefenseEvasion, 1)
	of("fact.broken", intentmodel.DefenseEvasion, 1)
	of("fact.pipe.shell", intentmodel.ForeignCode, 2)
	of("with.fetch+run", intentmodel.ForeignCode, 2)
	of("with.fetch+mark", intentmodel.ForeignCode, 1.5)
	of("with.channel+shell", intentmodel.ForeignCode, 2)
	of("with.socket+shell", intentmodel.ForeignCode, 2)
	of("after.fetched>run", intentmodel.ForeignCode, 1.5)
	of("after.survey.kinds3", intentmodel.Reconnaissance, 1.5)
	of("after.result>target", intentmodel.Injection, 4)
	of("after.result>out.target", intentmodel.Injection, 3)
	of("after.instruction>act", intentmodel.Injection, 1)
	of("region.system.write", intentmodel.Persistence, 0.7)
	of("region.system.delete", intentmodel.Destruction, 1.5)
	of("region.root.delete", intentmodel.Destruction, 2)
	return prior, pull
}

// workPrior says which purposes concepts and deeds speak for.
func workPrior() (prior [][intentmodel.Purposes]float64, pull []float64) {
	names := intentmodel.WorkFeatureNames()
	prior, pull = make([][intentmodel.Purposes]float64, len(names)), make([]float64, len(names))
	for i, n := range names {
		pull[i] = workPull
		group, rest, _ := strings.Cut(n, ".")
		scale := map[string]float64{"head": 1, "body": 0.3, "has": 0.4, "share": 1.2, "first": 0.1, "shape": 1}[group]
		switch group {
		case "first", "calls", "shape":
			pull[i] = 3 * workPull // forms say little
		}
		for p, v := range speaksFor[rest] {
			prior[i][p] = v * scale * workScale
		}
		if group != "head" && group != "body" && group != "shape" {
			for p, v := range doneFor[rest] {
				prior[i][p] = v * scale * workScale
			}
		}
	}
	return prior, pull
}

type weights map[intentmodel.Purpose]float64

var speaksFor = map[string]weights{
	"ask":        {intentmodel.Explore: 1.5},
	"why":        {intentmodel.Debug: 0.8, intentmodel.Explore: 0.6},
	"check":      {intentmodel.Explore: 0.7, intentmodel.Debug: 0.2, intentmodel.Review: 0.2},
	"research":   {intentmodel.Explore: 1.2},
	"noedit":     {intentmodel.Explore: 1, intentmodel.Review: 0.4},
	"fix":        {intentmodel.Debug: 1.8},
	"failure":    {intentmodel.Debug: 1.2},
	"wrong":      {intentmodel.Debug: 0.7},
	"finding":    {intentmodel.Debug: 1.2, intentmodel.Review: 0.3},
	"add":        {intentmodel.Feature: 1.2},
	"show":       {intentmodel.Feature: 0.8},
	"change":     {intentmodel.Feature: 0.5, intentmodel.Refactor: 0.3},
	"plan":       {intentmodel.Feature: 1.5},
	"refactor":   {intentmodel.Refactor: 2.5},
	"replace":    {intentmodel.Refactor: 2},
	"test":       {intentmodel.Test: 1.8},
	"runtests":   {intentmodel.Debug: 1.2, intentmodel.Test: -0.3},
	"docs":       {intentmodel.Docs: 2.2},
	"review":     {intentmodel.Review: 2.5},
	"changes":    {intentmodel.Review: 1},
	"commit":     {intentmodel.VCS: 2.5},
	"branch":     {intentmodel.VCS: 1.5},
	"openpr":     {intentmodel.VCS: 1.5},
	"build":      {intentmodel.Build: 1.8},
	"dependency": {intentmodel.Dependency: 2},
	"deploy":     {intentmodel.Deploy: 2},
	"data":       {intentmodel.DataAnalysis: 2},
	"config":     {intentmodel.Config: 1.5},
	"debugwords": {intentmodel.Debug: 0.6},

	"question":  {intentmodel.Explore: 0.6},
	"asks":      {intentmodel.Explore: 1},
	"log":       {intentmodel.Debug: 0.8},
	"path.test": {intentmodel.Test: 1},
	"path.docs": {intentmodel.Docs: 1},
}

var doneFor = map[string]weights{
	"read":        {intentmodel.Explore: 0.5},
	"write":       {intentmodel.Feature: 1},
	"search":      {intentmodel.Explore: 0.7},
	"edit.source": {intentmodel.Feature: 0.7, intentmodel.Debug: 0.5, intentmodel.Refactor: 0.6},
	"edit.tests":  {intentmodel.Test: 2},
	"edit.docs":   {intentmodel.Docs: 2.5},
	"edit.config": {intentmodel.Config: 2.5},
	"task":        {intentmodel.Review: 0.4},
	"fail":        {intentmodel.Debug: 0.7},
	"test":        {intentmodel.Test: 1.2, intentmodel.Debug: 0.4},
	"build":       {intentmodel.Build: 1.5},
	"check":       {intentmodel.Review: 0.3, intentmodel.Refactor: 0.3},
	"commit":      {intentmodel.VCS: 2.5},
	"branch":      {intentmodel.VCS: 1.2},
	"history":     {intentmodel.VCS: 0.5, intentmodel.Review: 0.8, intentmodel.Explore: 0.3},
	"pr":          {intentmodel.Review: 1.2, intentmodel.VCS: 0.8},
	"dependency":  {intentmodel.Dependency: 2.5},
	"deploy":      {intentmodel.Deploy: 2.5},
	"data":        {intentmodel.DataAnalysis: 1.5},
	"docs":        {intentmodel.Docs: 2},
	"debug":       {intentmodel.Debug: 2},
	"config":      {intentmodel.Config: 2},
	"explore":     {intentmodel.Explore: 1.5},
	"mcp":         {intentmodel.VCS: 0.2},
	"no.edits":    {intentmodel.Explore: 0.5, intentmodel.Review: 0.3, intentmodel.VCS: 0.3},
}

var workPull, workScale = 2.5, 1.5
