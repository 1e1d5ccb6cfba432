package outlook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
)

// Report is the outlook of an experiment. What a part does not have is nil.
type Report struct {
	Task     string    `json:"task"`
	Data     *Data     `json:"data,omitempty"`
	Planes   *Planes   `json:"planes,omitempty"`
	Readout  *Readout  `json:"readout,omitempty"`
	Response *Response `json:"response,omitempty"`
	Targets  *Targets  `json:"targets,omitempty"`
	Encoding *Encoding `json:"encoding,omitempty"`
	Findings []Finding `json:"findings"`
}

// Finding is one thing to know, in words, with what to do about it.
type Finding struct {
	Topic string `json:"topic"` // data, planes, readout, response, self-stress, targets, encoding
	Limit bool   `json:"limit"` // it bounds what training can reach, or says that something is amiss
	Text  string `json:"text"`
	Help  string `json:"help,omitempty"`
}

// Options of a look; zeros mean the defaults.
type Options struct {
	Folds int // of cross-validation; 5
}

// looking is one look under way.
type looking struct {
	x      *experiment.Experiment
	folds  int
	report Report
}

// Look makes the report. The rig of the experiment is left at the stiffness of its start.
func Look(x *experiment.Experiment, options Options) (*Report, error) {
	l := &looking{x: x, folds: options.Folds, report: Report{Task: x.Spec.Task.Kind, Findings: []Finding{}}}
	if l.folds == 0 {
		l.folds = 5
	}
	if x.Design.Dim() == 0 {
		l.limit("response", "give bonds a range, such as 1.5..2.5 mm", "nothing learns: every bond keeps its stiffness, and what follows is told of this one network")
	}
	stages := []func() error{l.data, l.planes, l.readout, l.response, l.targets, l.encoding}
	for _, stage := range stages {
		if err := stage(); err != nil {
			return nil, err
		}
	}
	return &l.report, l.restore()
}

func (l *looking) restore() error {
	k := make([]float64, l.x.Parameters())
	l.x.Design.Init(k)
	return l.x.Rig.SetStiffness(k)
}

// fact adds a finding that bounds nothing.
func (l *looking) fact(topic, format string, args ...any) {
	l.report.Findings = append(l.report.Findings, Finding{Topic: topic, Text: fmt.Sprintf(format, args...)})
}

// limit adds one that does, with the way out.
func (l *looking) limit(topic, help, format string, args ...any) {
	l.report.Findings = append(l.report.Findings, Finding{Topic: topic, Limit: true, Text: fmt.Sprintf(format, args...), Help: help})
}

// written reports whether inputs set stiffnesses, so that the answer is no longer linear in them.
func (l *looking) written() bool {
	if l.x.Solid == nil {
		return false
	}
	return slices.ContainsFunc(l.x.Solid.Rig.In, func(in learn.Input) bool { return len(in.Write) > 0 })
}

// percent writes a share.
func percent(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) }

// count writes a number of things.
func count(n int, one string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(one, "ss"):
		one += "es"
	case strings.HasSuffix(one, "ry"):
		one = strings.TrimSuffix(one, "y") + "ies"
	default:
		one += "s"
	}
	return fmt.Sprintf("%d %s", n, one)
}
