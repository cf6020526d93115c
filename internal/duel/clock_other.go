//go:build !unix

package duel

import "time"

func processorTime() time.Duration { return 0 }
