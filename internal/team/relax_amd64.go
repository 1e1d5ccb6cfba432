package team

// relax tells the processor that the thread only waits, which leaves more of it to others.
//
//go:noescape
func relax()
