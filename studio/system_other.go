//go:build !unix

package studio

import (
	"errors"
	"os"
	"os/exec"
)

// ownSession makes a process live on when this one ends.
func ownSession(*exec.Cmd) {}

// interrupt asks a process to stop at a checkpoint, as Ctrl-C does.
func interrupt(int) error {
	return errors.New("this system lets no program stop another cleanly; press Ctrl-C where it was started")
}

// hasOpen reports whether a process has a file open. The system does not tell, so it is believed.
func hasOpen(int, os.FileInfo) bool { return true }
