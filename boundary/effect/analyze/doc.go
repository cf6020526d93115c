// Package analyze finds what a tool call would touch.
package analyze
