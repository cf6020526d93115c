// Package secret tells whether a text holds a secret, or names a place that does.
package secret
