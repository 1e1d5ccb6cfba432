//go:build unix

package driver

import (
	"os/exec"
	"syscall"
)

// group gives the program a session of its own, which is a process group too: what
// happens to the terminal of the host (Ctrl-C, its end) does not reach it.
func group(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// kill ends the program and all of its group.
func kill(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// endGroup ends what is left of the group; the program itself has ended.
func endGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
