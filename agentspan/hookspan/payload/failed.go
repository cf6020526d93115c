package payload

import "encoding/json"

// Failed reports whether a tool's response says that it failed, for agents that have
// no event of their own for that.
func (e Event) Failed() bool {
	if e.Name != PostToolUse || len(e.ToolResponse) == 0 || e.ToolResponse[0] != '{' {
		return false
	}
	var r struct {
		ResultType string `json:"result_type"`
		Camel      string `json:"resultType"`
		IsError    bool   `json:"is_error"`
		MCPError   bool   `json:"isError"`
		ExitCode   *int   `json:"exit_code"`
	}
	_ = json.Unmarshal(e.ToolResponse, &r)
	switch r.ResultType + r.Camel {
	case "failure", "error", "denied":
		return true
	}
	return r.IsError || r.MCPError || e.Dialect == Grok && r.ExitCode != nil && *r.ExitCode != 0
}
