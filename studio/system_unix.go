//go:build unix

package studio

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// ownSession makes a process live on when this one, or its terminal, ends.
func ownSession(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// interrupt asks a process to stop at a checkpoint, as Ctrl-C does.
func interrupt(pid int) error { return syscall.Kill(pid, syscall.SIGINT) }

// hasOpen reports whether a process has a file open. Where the system does not tell, it is believed.
func hasOpen(pid int, file os.FileInfo) bool {
	if runtime.GOOS != "linux" {
		return true
	}
	dir := filepath.Join("/proc", strconv.Itoa(pid), "fd")
	names, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) && pid == os.Getpid() {
		return true // there is no /proc
	}
	for _, n := range names {
		if open, err := os.Stat(filepath.Join(dir, n.Name())); err == nil && os.SameFile(open, file) {
			return true
		}
	}
	return false
}
