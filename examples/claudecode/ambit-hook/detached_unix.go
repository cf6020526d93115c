//go:build unix

package main

import "syscall"

// detached gives a process a session of its own: the end of the agent's terminal does
// not reach it.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
