//go:build unix

package cli

import (
	"os"
	"syscall"
)

// warnings are the signals with which a queue says that the time is nearly over.
var warnings = []os.Signal{syscall.SIGUSR1}
