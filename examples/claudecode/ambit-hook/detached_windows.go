package main

import "syscall"

const detachedProcess = 0x8 // DETACHED_PROCESS

// detached gives a process no console: the end of the agent's does not reach it.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP | detachedProcess}
}
