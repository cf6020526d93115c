package collector

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
)

// A Config is the processor's part of a Collector's configuration.
type Config struct {
	// Policy is the file of a task policy; it may have conditions (when:). Empty:
	// facts, secrets and intent are written, and no decision.
	Policy string `mapstructure:"policy"`

	// Reload is how often the policy's file is looked at, 0 for never. A conversation
	// under way is judged by the policy it began with and by every newer one. A file
	// that does not load changes nothing.
	Reload time.Duration `mapstructure:"reload"`

	// Mode is "observe", or "route" in front of several Collectors that observe: spans
	// are then marked with the conversation they belong to, on their resource, and
	// nothing is judged or taken off. What a Collector sees has happened, so there is no
	// mode that refuses.
	Mode string `mapstructure:"mode"`

	// Intent says whether the default classifier looks at what conversations do.
	Intent bool `mapstructure:"intent"`

	// Content says what becomes of prompts, arguments and results on spans of agents
	// once they were looked at: "redact" takes the secrets out, "drop" takes all of it
	// off, "keep" changes nothing.
	Content string `mapstructure:"content"`

	// MaxConversations bounds the conversations that are held at a time.
	MaxConversations int `mapstructure:"max_conversations"`

	// Idle is how long a conversation is held after its last span.
	Idle time.Duration `mapstructure:"idle"`

	// Summaries says whether a span that sums up a conversation is sent on when it
	// has been idle for that long.
	Summaries bool `mapstructure:"summaries"`

	// ConversationKeys, OwnerKeys, ArgumentKeys and ResultKeys name span attributes
	// that are looked at before those that are known.
	ConversationKeys []string `mapstructure:"conversation_keys"`
	OwnerKeys        []string `mapstructure:"owner_keys"`
	ArgumentKeys     []string `mapstructure:"argument_keys"`
	ResultKeys       []string `mapstructure:"result_keys"`

	// GovernedServices have a tracer of their own: their spans pass as they are. What
	// tells services apart has to stand in front of the Collector; a name proves
	// nothing.
	GovernedServices []string `mapstructure:"governed_services"`

	// Handles says whether spans name credentials as the audit logs of their systems
	// do: the id of an AWS key, the jti of a token. The credential itself never is.
	Handles bool `mapstructure:"handles"`

	// HashKey is the deployment's key, at least 16 characters, for hashes of prompts
	// and fingerprints of credentials: agents, Collectors and hooks that have the same
	// one write the same. Empty: one of this process alone.
	HashKey string `mapstructure:"hash_key"`
}

// The values of Config.Mode.
const (
	modeObserve = "observe"
	modeRoute   = "route"
)

// The values of Config.Content.
const (
	keep   = "keep"
	redact = "redact"
	drop   = "drop"
)

func defaultConfig() component.Config {
	return &Config{
		Mode: modeObserve, Reload: 30 * time.Second, Intent: true, Content: redact, MaxConversations: 50_000, Idle: time.Hour, Summaries: true, Handles: true,
	}
}

// maxKeys bounds a list of keys: each is looked for on every span.
const maxKeys = 32

// Validate says all that is wrong.
func (c *Config) Validate() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	switch {
	case c.Mode != modeObserve && c.Mode != modeRoute:
		wrong("mode: %q: want observe or route: what a Collector sees has happened already, and cannot be refused", c.Mode)
	case c.Mode == modeRoute && c.Policy != "":
		wrong("policy: nothing is judged where the mode is route; give it to the Collectors behind")
	}
	if !slices.Contains([]string{keep, redact, drop}, c.Content) {
		wrong("content: %q: want keep, redact or drop", c.Content)
	}
	if c.MaxConversations < 1 || c.MaxConversations > 10_000_000 {
		wrong("max_conversations: %d: want 1 to 10,000,000", c.MaxConversations)
	}
	if c.Reload != 0 && c.Reload < time.Second {
		wrong("reload: %s: want a second at least, or 0 for never", c.Reload)
	}
	if c.Idle < time.Second {
		wrong("idle: %s: want a second at least", c.Idle)
	}
	if c.HashKey != "" && len(c.HashKey) < 16 {
		wrong("hash_key: want 16 characters at least") // and says nothing of what it has
	}
	for _, k := range []struct {
		name string
		list []string
	}{
		{"conversation_keys", c.ConversationKeys}, {"owner_keys", c.OwnerKeys}, {"argument_keys", c.ArgumentKeys}, {"result_keys", c.ResultKeys},
	} {
		if len(k.list) > maxKeys {
			wrong("%s: %d keys: want %d at most", k.name, len(k.list), maxKeys)
		}
		if slices.Contains(k.list, "") {
			wrong("%s: an empty key", k.name)
		}
	}
	return errors.Join(errs...)
}
