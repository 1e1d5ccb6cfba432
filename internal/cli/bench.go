package cli

import (
	"context"
	"errors"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/hang"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/session"
)

// goesOn is the way out of every pause.
const goesOn = "the same command goes on from there"

// goAndLook is the way out where nobody knows what hangs.
const goAndLook = "go and look at the lattice, and take the loads off by hand; then give the same command again"

// bench describes errors of benches and sessions, if it is one.
func (t *Terminal) bench(err error) (f Failure, ok bool) {
	var unsafe *lab.UnsafeError
	var paused *session.PausedError
	var specimen *session.SpecimenError
	var fault *lab.FaultError
	var device *driver.Fault
	var refused *lab.RefusedError
	var drift *measurement.DriftError
	var stale *measurement.StaleError
	var missing *measurement.MissingError
	var silent *lab.SilentError
	var said *driver.Error
	var plan *lab.PlanError
	var infeasible *hang.InfeasibleError
	switch {
	case errors.As(err, &unsafe): // whatever else is the matter
		text := err.Error()
		if errors.As(err, &paused) { // which says that the bench is safe
			text = "stopped; " + unsafe.Error()
		}
		return t.plain(RigFault, "E0903", text, goAndLook), true
	case errors.As(err, &paused):
		return remark(Stopped, paused.Error(), goesOn), true
	case errors.As(err, &specimen):
		return remark(Stopped, specimen.Error(), ""), true
	case errors.As(err, &plan):
		return t.plain(RigFault, "E0904", plan.Error(), "nothing has moved; lower the force (task, or lab.protocol.adjoint), or widen lab.limits if the lattice bears it"), true
	case errors.As(err, &said) && said.Code == driver.Stopped:
		return remark(Stopped, said.Message, goesOn), true
	case errors.As(err, &fault) && errors.Is(fault.Cause, context.Canceled):
		return remark(Stopped, fault.Error(), goesOn), true
	case errors.As(err, &fault), errors.As(err, &device), errors.As(err, &refused), errors.As(err, &drift), errors.As(err, &stale),
		errors.As(err, &missing), errors.As(err, &silent), errors.As(err, &said):
		help := "nothing that was measured is lost; mend the cause and give the same command again"
		if errors.As(err, &device) && device.Safe == driver.Unknown {
			help = goAndLook
		}
		return t.plain(RigFault, "E0903", err.Error(), help), true
	case errors.As(err, &infeasible):
		return t.plain(RigFault, "E0905", infeasible.Cause, infeasible.Fix), true
	}
	return Failure{}, false
}
