package main

import (
	"fmt"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/verify"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/run"
)

type gradientCommand struct {
	Subject   string   `arg:"" help:"Experiment file (at its start) or run directory (as trained)."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
	Sample    int      `default:"1" help:"Training sample, counted within the training part, or load case whose two elongations are listed."`
	Check     bool     `help:"Check the gradient by complex steps, finite differences and Taylor's theorem."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*gradientCommand) Help() string {
	return `Examples:
  elastrain gradient mine.yaml                 both elongations and their product
  elastrain gradient mine.yaml --sample 3      of another load case
  elastrain gradient mine.yaml --check --json  and three checks; exit code 1 if one fails`
}

// bondGradient is one bond under the input and under the error of a sample.
type bondGradient struct {
	Bond      int     `json:"bond"`
	Nodes     [2]int  `json:"nodes"`
	Stiffness float64 `json:"stiffness"`          // N/m
	Forward   float64 `json:"forward_elongation"` // m
	Adjoint   float64 `json:"adjoint_elongation"` // m per N of the adjoint load
	Gradient  float64 `json:"gradient"`           // of the sample's loss, per N/m
	Mean      float64 `json:"mean_gradient"`      // of the mean loss of all training samples
}

type gradientReport struct {
	Subject     string         `json:"subject"`
	Sample      int            `json:"sample"`
	Loss        float64        `json:"loss"`      // of the sample
	MeanLoss    float64        `json:"mean_loss"` // of all training samples
	ComplexStep *float64       `json:"complex_step_error,omitempty"`
	Difference  *float64       `json:"finite_difference_error,omitempty"`
	Taylor      *float64       `json:"taylor_rate,omitempty"`
	Skipped     string         `json:"skipped,omitempty"`
	Bonds       []bondGradient `json:"bonds"`
	// Of networks of other elements than linear springs, in place of bonds:
	Parameters []parameterGradient `json:"parameters,omitempty"`
}

func (c *gradientCommand) Run(s *session) error {
	options, err := c.Options()
	if err != nil {
		return err
	}
	subject, err := s.ReadSubject(c.Subject, c.Overrides, options)
	if err != nil {
		return err
	}
	s.notesOf(subject)
	x := subject.Experiment
	if c.Sample < 1 || c.Sample > x.Train.N {
		return &cli.UsageError{Text: fmt.Sprintf("there is no sample %d", c.Sample), Help: fmt.Sprintf("the training samples are 1..%d", x.Train.N)}
	}
	report, err := c.report(subject)
	if err != nil {
		return err
	}
	var checked verify.Report
	if c.Check {
		checked, err = verify.Gradient(verify.Case{Rig: x.Rig, In: x.In, Out: x.Out, K: subject.Stiffness, Loss: x.Loss, Batch: learn.Batch{Set: x.Train}})
		if err != nil {
			return err
		}
		report.ComplexStep, report.Difference, report.Taylor = run.Number(checked.ComplexStep), run.Number(checked.FiniteDifference), run.Number(checked.TaylorRate)
		report.Skipped = checked.Skipped
		if checked.TaylorNote != "" {
			report.Skipped += checked.TaylorNote
		}
	}
	if s.JSON {
		err = s.Object(report)
	} else {
		c.print(s, report, x.Train.N)
	}
	if err == nil && c.Check {
		if wrong := checked.Err(); wrong != nil {
			return &cli.NotMetError{Text: wrong.Error()}
		}
	}
	return err
}

// report runs the two steps of in situ backpropagation on one sample, and the
// rule on all of them.
func (c *gradientCommand) report(subject *cli.Subject) (*gradientReport, error) {
	x, k := subject.Experiment, subject.Stiffness
	f, err := x.Fields(x.Train, c.Sample-1)
	if err != nil {
		return nil, err
	}
	r := &gradientReport{Subject: c.Subject, Sample: c.Sample, Loss: f.Loss, MeanLoss: f.MeanLoss}
	if x.Solid != nil {
		r.solid(x, f)
		return r, nil
	}
	for i := range x.Network.Elements {
		el := &x.Network.Elements[i]
		if el.Kind != network.Bar || el.Cut {
			continue
		}
		r.Bonds = append(r.Bonds, bondGradient{Bond: i + 1, Nodes: [2]int{x.Network.NodeNumber(el.Nodes[0]), x.Network.NodeNumber(el.Nodes[1])}, Stiffness: k[i],
			Forward: f.Forward[i], Adjoint: f.Adjoint[i], Gradient: f.Gradient[i], Mean: f.Mean[i]})
	}
	return r, nil
}

func (c *gradientCommand) print(s *session, r *gradientReport, samples int) {
	s.Printf("sample %d of %d, loss %.6g\n\n", r.Sample, samples, r.Loss)
	if r.Parameters != nil {
		s.Printf("element     parameter        value          unit     dL/dtheta      mean over samples\n")
		for _, p := range r.Parameters {
			s.Printf("%-6s %-4d %-12s %14.6g %8s %15.6e %19.6e\n", p.Kind, p.Element, p.Name, p.Value, p.Unit, p.Gradient, p.Mean)
		}
	}
	for range r.Bonds[:min(len(r.Bonds), 1)] {
		s.Printf("bond   nodes        k (N/m)    e forward (m)    e adjoint (m)   product dL/dk   mean over samples\n")
	}
	for _, b := range r.Bonds {
		s.Printf("%-6d %3d -%3d %12.4f %16.6e %16.6e %15.6e %19.6e\n", b.Bond, b.Nodes[0], b.Nodes[1], b.Stiffness, b.Forward, b.Adjoint, b.Gradient, b.Mean)
	}
	if !c.Check {
		s.Notef("\nnext  add --check to test the gradient in three independent ways\n")
		return
	}
	value := func(format string, v *float64) string {
		if v == nil {
			return "not measured"
		}
		return fmt.Sprintf(format, *v)
	}
	s.Printf("\ncomplex-step error        %s   (relative to the largest derivative)\n", value("%.2e", r.ComplexStep))
	s.Printf("finite-difference error   %s\n", value("%.2e", r.Difference))
	s.Printf("Taylor rate               %s     (2 when the gradient is right)\n", value("%.4f", r.Taylor))
	if r.Skipped != "" {
		s.Printf("%s\n", r.Skipped)
	}
}
