package agentspan

// Version is the version of this package, as instrumentation scope version.
const Version = "0.1.0"
