// Package schemas has tests alone: they hold the files of examples/observability, and
// the objects of agentspan/ocsf, against what those who read them say of their own
// formats. They are OCSF's JSON schemas, as its server gives them out; the types that
// Grafana generates from its schema of dashboards; and the loader of docker compose.
package schemas
