//go:build !unix

package cli

import "os"

// warnings are the signals with which a queue says that the time is nearly over: here there is none.
var warnings []os.Signal
