package learn

// Accounting is an Energetic rig that keeps account of what noise does to a gradient. A rule that cannot say how much an energy counts
// before it has seen more says so afterwards.
type Accounting interface {
	Energetic
	// Weigh says that the energy that was asked for last counts by times as much as was said then.
	Weigh(by float64)
	// WeighAll says so of all energies since the gradient began.
	WeighAll(by float64)
}

// Weigh tells a rig that keeps account.
func Weigh(rig Rig, by float64) {
	if a, ok := rig.(Accounting); ok {
		a.Weigh(by)
	}
}

// WeighAll tells a rig that keeps account.
func WeighAll(rig Rig, by float64) {
	if a, ok := rig.(Accounting); ok {
		a.WeighAll(by)
	}
}

// Doubting is a rig that counts what noise of the outputs does to an error that hangs as large as it likes, and so to a derivative.
type Doubting interface {
	Rig
	// Doubt says that g, dL/dtheta of the sample of a row as it counts in a mean, came of the error of the outputs as they were seen last under
	// its input alone.
	Doubt(row int, g []float64)
}
