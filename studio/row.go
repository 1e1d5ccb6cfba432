package studio

import "github.com/elastrain/elastrain/run/listing"

// Row is a run or a session in the list.
type Row = listing.Row

// States of a run.
const (
	running = listing.Running
	paused  = listing.Paused
	ended   = listing.Ended
	fault   = listing.Fault
	stopped = listing.Stopped
	broken  = listing.Broken
)
