package mcpgospan

import (
	"context"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// tasks are the calls that became tasks and run, by the id of their task. There are as
// many as the library runs. Where our middleware runs around the tool, it has ended the
// call by the time a hook tells of it, and the first end counts.
type tasks struct {
	mu      sync.Mutex
	running map[string]*agentspan.Span
}

// followTasks adds to hooks, if there are any, what ends the calls that became tasks.
func (s *serverSide) followTasks(hooks *server.TaskHooks) {
	if hooks == nil {
		return
	}
	s.tasks = &tasks{running: map[string]*agentspan.Span{}}
	hooks.AddOnTaskCreated(func(ctx context.Context, t server.TaskMetrics) {
		c := s.of(ctx)
		if c == nil || c.m.task == nil {
			return
		}
		c.m.followed = true
		s.tasks.mu.Lock()
		defer s.tasks.mu.Unlock()
		s.tasks.running[t.TaskID] = c.m.task
	})
	end := func(outcome func(server.TaskMetrics) mcpwire.Outcome) func(context.Context, server.TaskMetrics) {
		return func(_ context.Context, t server.TaskMetrics) {
			s.tasks.mu.Lock()
			span := s.tasks.running[t.TaskID]
			delete(s.tasks.running, t.TaskID)
			s.tasks.mu.Unlock()
			cause := outcome(t).Cause()
			span.End(&cause)
		}
	}
	hooks.AddOnTaskCompleted(end(func(server.TaskMetrics) mcpwire.Outcome { return mcpwire.Outcome{} }))
	hooks.AddOnTaskFailed(end(func(t server.TaskMetrics) mcpwire.Outcome {
		return mcpwire.OutcomeOf(t.Error, mcp.INTERNAL_ERROR, true)
	}))
	hooks.AddOnTaskCancelled(end(func(server.TaskMetrics) mcpwire.Outcome { return mcpwire.OutcomeOf(context.Canceled, 0, true) }))
}
