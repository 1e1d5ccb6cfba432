package experiment

import (
	"errors"
	"strings"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

// Told is an error of mechanics, learning or data in the words of its code.
type Told struct {
	Code, Message, Help string

	Usage bool // what was asked for cannot be done as it is written; else the mechanics failed
}

// Tell says what an error of the libraries means to whoever wrote the experiment; ok is false for an error that is none of theirs.
func Tell(err error) (t Told, ok bool) {
	var singular *mechanics.SingularError
	var stiffness *mechanics.StiffnessError
	var inaccurate *mechanics.InaccurateError
	var factor *mechanics.FactorError
	var unstable *statics.UnstableError
	var stuck *statics.ConvergenceError
	var parameter *statics.ParameterError
	var unsolved *statics.InaccurateError
	var loss *learn.NotFiniteError
	var overflow *mechanics.NotFiniteError
	var table *data.Error
	switch {
	case errors.As(err, &loss), errors.As(err, &overflow), errors.As(err, &unstable) && unstable.Overflow:
		return Told{Code: "E0704", Message: err.Error(), Help: "look at the largest and the smallest quantities of the file, or lower the rate"}, true
	case errors.As(err, &unstable), errors.As(err, &stuck):
		what, way, _ := strings.Cut(err.Error(), "; ")
		return Told{Code: "E0710", Message: what, Help: way}, true
	case errors.As(err, &parameter):
		return Told{Code: "E0702", Message: err.Error(), Help: "narrow the range of this parameter"}, true
	case errors.As(err, &unsolved):
		return Told{Code: "E0702", Message: err.Error(), Help: "raise the lower bounds of the parameters, or add an element or a support"}, true
	case errors.As(err, &singular), errors.As(err, &stiffness), errors.As(err, &inaccurate):
		return Told{Code: "E0702", Message: err.Error(), Help: "raise the lower bound of the bonds, or add a bond or a support"}, true
	case errors.As(err, &factor):
		what, way, _ := strings.Cut(err.Error(), "; ")
		return Told{Code: "E0801", Message: what, Help: way, Usage: true}, true
	case errors.Is(err, learn.ErrClamp):
		return Told{Code: "E0801", Message: err.Error(), Help: "want less, or outputs that can move apart, or take a rule that holds none, such as backprop", Usage: true}, true
	case errors.Is(err, task.ErrStill):
		return Told{Code: "E0703", Message: err.Error(), Help: "choose other ports, or start: random"}, true
	case errors.As(err, &table):
		code := "E0402"
		if table.Value != "" {
			code = "E0407"
		}
		what, way, _ := strings.Cut(err.Error(), "; ")
		return Told{Code: code, Message: what, Help: way, Usage: true}, true
	}
	return Told{}, false
}
