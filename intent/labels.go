package intent

import "slices"

// labels is every label that has a meaning, ordinary ones first. The default
// classifier and its training program number labels by this order.
var labels = []Label{
	Refactor, Debug, Explore, Test, Build, Dependency, Docs, Feature, Review, Deploy, DataAnalysis, Config, VCS,
	SecretHarvesting, Reconnaissance, Exfiltration, PrivilegeEscalation, Persistence,
	Destruction, DefenseEvasion, LateralMovement, ForeignCode, Injection,
}

// Labels returns every label but [Unknown], the ordinary ones first.
func Labels() []Label { return slices.Clone(labels) }

// References are the entries of public catalogues that describe what a [Label]
// stands for, so that an alarm can be filed where a security team files it.
type References struct {
	ASI   []string // OWASP Top 10 for Agentic Applications 2026: "ASI01" to "ASI10"
	NHI   []string // OWASP Non-Human Identities Top 10 2025: "NHI1" to "NHI10"
	ATLAS []string // MITRE ATLAS 5.6.0 techniques: "AML.T0051"
}

// References returns what the catalogues call l. Ordinary labels have none.
func (l Label) References() References {
	r := references[l]
	return References{slices.Clone(r.ASI), slices.Clone(r.NHI), slices.Clone(r.ATLAS)}
}

var references = map[Label]References{
	SecretHarvesting: {
		ASI:   []string{"ASI03"},                               // Identity and Privilege Abuse
		NHI:   []string{"NHI2"},                                // Secret Leakage
		ATLAS: []string{"AML.T0055", "AML.T0083", "AML.T0098"}, // Unsecured Credentials; Credentials from AI Agent Configuration; AI Agent Tool Credential Harvesting
	},
	Reconnaissance: {
		ASI:   []string{"ASI02"},                  // Tool Misuse and Exploitation
		ATLAS: []string{"AML.T0053", "AML.T0084"}, // AI Agent Tool Invocation; Discover AI Agent Configuration
	},
	Exfiltration: {
		ASI:   []string{"ASI02"},     // Tool Misuse and Exploitation
		NHI:   []string{"NHI2"},      // Secret Leakage
		ATLAS: []string{"AML.T0086"}, // Exfiltration via AI Agent Tool Invocation
	},
	PrivilegeEscalation: {
		ASI:   []string{"ASI03"},                  // Identity and Privilege Abuse
		NHI:   []string{"NHI5"},                   // Overprivileged NHI
		ATLAS: []string{"AML.T0091", "AML.T0105"}, // Use Alternate Authentication Material; Escape to Host
	},
	Persistence: {
		ASI:   []string{"ASI06", "ASI10"},         // Memory and Context Poisoning; Rogue Agents
		ATLAS: []string{"AML.T0080", "AML.T0081"}, // AI Agent Context Poisoning; Modify AI Agent Configuration
	},
	Destruction: {
		ASI:   []string{"ASI02"},     // Tool Misuse and Exploitation
		ATLAS: []string{"AML.T0101"}, // Data Destruction via AI Agent Tool Invocation
	},
	DefenseEvasion: {
		ASI:   []string{"ASI10"},     // Rogue Agents
		ATLAS: []string{"AML.T0081"}, // Modify AI Agent Configuration
	},
	LateralMovement: {
		ASI:   []string{"ASI03"},        // Identity and Privilege Abuse
		NHI:   []string{"NHI8", "NHI9"}, // Environment Isolation; NHI Reuse
		ATLAS: []string{"AML.T0091"},    // Use Alternate Authentication Material
	},
	ForeignCode: {
		ASI:   []string{"ASI04", "ASI05"}, // Agentic Supply Chain Vulnerabilities; Unexpected Code Execution
		ATLAS: []string{"AML.T0053"},      // AI Agent Tool Invocation
	},
	Injection: {
		ASI:   []string{"ASI01"},                  // Agent Goal Hijack
		ATLAS: []string{"AML.T0051", "AML.T0099"}, // LLM Prompt Injection; AI Agent Tool Data Poisoning
	},
}
