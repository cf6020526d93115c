// Package intent says what a sequence of actions adds up to.
package intent
