//go:build race

package leaks_test

const raceEnabled = true
