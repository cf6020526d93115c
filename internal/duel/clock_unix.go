//go:build unix

package duel

import (
	"syscall"
	"time"
)

// processorTime is what the process has taken of its processors; 0 if nobody says.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
