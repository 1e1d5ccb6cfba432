package measurement

// Checked is how many loads a check hangs, and how often it looks at least: where
// marks are hidden or still move it looks again.
func (p *Protocol) Checked(c Checkup) (loads, looks int) {
	states := 2 // unloaded and loaded
	if p.Drift > 0 && !p.SharedZero {
		states = 3
	}
	if c.Looks == 0 {
		c.Looks = noiseLooks
	}
	return checkPhases + 1, c.Looks + checkPhases*states*p.Repeats + 1 + creepLooks // one before it creeps
}

// Inputs is how many phases an exam measures: those of the inputs of a gradient.
func (e *Estimator) Inputs() int {
	n := e.Batch.Len()
	if e.Superposes() {
		n = len(e.Specimen.In)
	}
	if e.Protocol.Alternate {
		n *= 2
	}
	return n
}
