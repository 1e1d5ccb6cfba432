package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
)

type solveCommand struct {
	Subject   string   `arg:"" help:"Experiment file or run directory."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file, such as task.cases[1].push[1].force=2 N."`
	Case      *int     `help:"Only this load case, or training sample."`
	Path      bool     `help:"Follow the path of states that the load of one case leads along, past limit points."`
	Points    int      `default:"200" help:"Points of the path at most."`
	Rows      int      `default:"20" help:"Rows of each table; --json prints all."`

	widthsFlag    `embed:""`
	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*solveCommand) Help() string {
	return `Examples:
  elastrain solve examples/behaviour.yaml            displacements, forces, reactions, energy, case by case
  elastrain solve examples/frame.yaml --json         all numbers
  elastrain solve examples/arch.yaml --path          past the load at which it snaps`
}

// solved is what the command prints.
type solved struct {
	Subject string               `json:"subject"`
	Finite  bool                 `json:"finite_deformation"`
	Answers []*experiment.Answer `json:"answers,omitempty"`
	Path    []pathPoint          `json:"path,omitempty"`
	Ended   string               `json:"path_ended,omitempty"` // why
	Moduli  *experiment.Moduli   `json:"moduli,omitempty"`     // of a periodic cell
	Widths  *experiment.Measured `json:"widths,omitempty"`     // that were measured, and count

	Warnings []experiment.Warning `json:"warnings"` // what is to be known of these answers
}

// pathPoint is one equilibrium of a path.
type pathPoint struct {
	Share    float64   `json:"share"` // of the load
	Outputs  []float64 `json:"outputs"`
	Forces   []float64 `json:"forces"`   // of each input: the load, or what its given displacement takes
	Readings []float64 `json:"readings"` // of each input, on which its force works
	Unstable int       `json:"unstable_directions"`
	Limit    bool      `json:"limit_point"`
}

func (c *solveCommand) Run(s *session) error {
	options, err := c.Options()
	if err != nil {
		return err
	}
	subject, err := s.ReadSubject(c.Subject, c.Overrides, options)
	if err != nil {
		return err
	}
	x := subject.Experiment
	s.notesOf(subject)
	if c.Case != nil && (*c.Case < 1 || *c.Case > x.Train.N) {
		return &cli.UsageError{Text: fmt.Sprintf("there is no case %d", *c.Case), Help: fmt.Sprintf("they are 1..%d", x.Train.N)}
	}
	made, widths, err := c.measured(s, x, subject.Stiffness)
	if err != nil {
		return err
	}
	solid, err := x.AsSolid(made)
	if err != nil {
		return &cli.UsageError{Text: err.Error()}
	}
	r := &solved{Subject: c.Subject, Finite: solid.Eq.Finite, Widths: widths, Warnings: []experiment.Warning{}}
	if c.Path {
		if err := c.follow(solid, x, r); err != nil {
			return err
		}
	} else {
		for i := range x.Train.N {
			if c.Case != nil && *c.Case != i+1 {
				continue
			}
			a, err := x.Answer(solid, x.Train.Force(i))
			if err != nil {
				return fmt.Errorf("case %d: %w", i+1, err)
			}
			a.Sample = i + 1
			r.Answers = append(r.Answers, a)
		}
		if err := c.warn(x, made, r); err != nil {
			return err
		}
	}
	if r.Moduli, err = solid.Moduli(); err != nil {
		return err
	}
	if s.JSON {
		return s.Object(r)
	}
	if r.Moduli != nil {
		s.Printf("moduli of the cell (N/m; by the thickness Pa)\n%s\n", moduliText(r.Moduli, ""))
	}
	for _, a := range r.Answers {
		c.print(s, x, a)
	}
	c.printPath(s, x, r)
	s.warnings(r.Warnings)
	return nil
}

// warn says where the answers lie beyond the theory that they were computed by.
func (c *solveCommand) warn(x *experiment.Experiment, made []float64, r *solved) error {
	if err := x.Rig.SetStiffness(made); err != nil {
		return err
	}
	part := experiment.Part{Name: "training", Set: x.Train}
	if c.Case != nil {
		part.Only = *c.Case
	}
	list, err := x.LargeUnder(part)
	r.Warnings = append(r.Warnings, list...)
	return err
}

// follow walks along the path of the load of one case.
func (c *solveCommand) follow(solid *experiment.Solid, x *experiment.Experiment, r *solved) error {
	number := 0
	if c.Case != nil {
		number = *c.Case - 1
	}
	amplitudes := x.Train.Force(number)
	for i := range solid.Body.Elements {
		if k := solid.Body.Elements[i].Kind; k.Ends() == 2 {
			if _, far := k.(element.Finite); !far {
				return &cli.UsageError{Text: fmt.Sprintf("a %s has no finite deformation, so that its path is a straight line", k.Name()), Help: "leave --path out; beams in the plane and bars have one"}
			}
		}
	}
	eq := statics.New(solid.Body, true) // one of its own: solid may take displacements to be small
	if err := eq.Set(solid.Eq.Theta()); err != nil {
		return err
	}
	rig := learn.NewStatics(eq, solid.Rig.In, solid.Rig.Out)
	r.Finite = true
	most := c.Points
	now := make([]float64, len(amplitudes))
	err := eq.Follow(rig.Load(amplitudes), statics.Along{Limits: true, Most: most}, func(p statics.Point) bool {
		point := pathPoint{Share: p.Share, Unstable: p.Unstable, Limit: p.Limit}
		for i, v := range amplitudes {
			now[i] = p.Share * v
		}
		for _, in := range x.AtInputs(rig, now, p.State) {
			point.Forces, point.Readings = append(point.Forces, in.Force), append(point.Readings, in.Reading)
		}
		for o := range solid.Rig.Out {
			point.Outputs = append(point.Outputs, solid.Rig.Read(o, p.State))
		}
		r.Path = append(r.Path, point)
		return math.Abs(p.Share) < 100
	})
	var stuck *statics.ConvergenceError
	switch {
	case errors.As(err, &stuck):
		r.Ended = "no equilibrium was found further on: " + err.Error()
	case err != nil:
		return err
	case len(r.Path) >= most:
		r.Ended = fmt.Sprintf("after %d points; --points asks for more", most)
	default:
		r.Ended = "at 100 times the load"
	}
	return nil
}

func (c *solveCommand) print(s *session, x *experiment.Experiment, a *experiment.Answer) {
	what := "energy"
	if a.Unit == "W" {
		what = "half the power"
	}
	s.Printf("case %d: %s %.6g %s, %s in %s\n", a.Sample, what, a.Energy, a.Unit, cli.Count(a.Effort.Iterations, "step of Newton's method"), cli.Count(a.Effort.Steps, "part of the load"))
	for _, in := range a.Inputs {
		if in.ForceUnit == "" {
			s.Printf("input   %-22s %14.6f      of the range of the stiffnesses it sets\n", in.Called(), in.Force)
			continue
		}
		s.Printf("input   %-22s %14.6e %-4s reads %14.6e %s%s\n", in.Called(), in.Force, in.ForceUnit, in.Reading, bare(in.ReadingUnit), map[bool]string{true: " as given"}[in.Given])
	}
	for o, v := range a.Outputs {
		s.Printf("output  %-22s %14.6e %s\n", x.Outputs[o], v, bare(x.OutputUnit(o)))
	}
	for _, name := range []string{"exx", "eyy", "gxy"} {
		if a.Strain != nil {
			stress := strings.NewReplacer("e", "s", "g", "s").Replace(name)
			s.Printf("strain  %-22s %14.6e   stress %s %14.6e N/m\n", name, a.Strain[name], stress, a.Stress[stress])
		}
	}
	if n := len(a.Beyond); n > 0 {
		s.Notef("case %d: %d elements, such as %s, lie beyond the ends of their laws, where the force goes on straight; `elastrain explain E0711` says more\n", a.Sample, n, a.Beyond[0])
	}
	s.Printf("\nnode    displacement (m, rad, V)\n")
	for i, n := range a.Nodes {
		if i == c.Rows {
			s.Printf("        ... and %d more; --rows N or --json prints them\n", len(a.Nodes)-i)
			break
		}
		var parts []string
		for part := range n.Value {
			parts = append(parts, part)
		}
		slices.SortFunc(parts, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }) // x, y, z, and then turns
		for i, part := range parts {
			parts[i] = fmt.Sprintf("%s %.6e", part, n.Value[part])
		}
		s.Printf("%-7d %s\n", n.Node, strings.Join(parts, "   "))
	}
	s.Printf("\nelement            mode                       deformation         force\n")
	list := slices.Clone(a.Elements)
	slices.SortStableFunc(list, func(a, b experiment.ModeAnswer) int { return cmp.Compare(math.Abs(b.Force), math.Abs(a.Force)) })
	for i, e := range list {
		if i == c.Rows {
			s.Printf("                   ... and %d more, the largest forces first\n", len(list)-i)
			break
		}
		s.Printf("%-8s %-9d %-24s %13.6e %-4s %13.6e %s\n", e.Kind, e.Element, e.Mode, e.Deformation, e.Unit, e.Force, e.ForceUnit)
	}
	s.Printf("\nsupport node    reaction (N, N m, A)\n")
	for i, r := range a.Supports {
		if i == c.Rows {
			s.Printf("                ... and %d more\n", len(a.Supports)-i)
			break
		}
		s.Printf("%-15d %-14s %14.6e\n", r.Node, r.Part, r.Force)
	}
	s.Printf("\n")
}

// bare is a unit as it is printed: a strain has none.
func bare(unit string) string { return strings.TrimPrefix(unit, "1") }

func (c *solveCommand) printPath(s *session, x *experiment.Experiment, r *solved) {
	if r.Path == nil {
		return
	}
	if !x.Finite() {
		s.Notef("the path is of finite deformation, and the file asks for a linear one\n")
	}
	columns := append([]string(nil), x.Outputs...)
	for i, p := range x.In {
		if p.Given {
			what := "force at "
			if p.Part == network.Strain {
				what = "stress of "
			}
			columns = append(columns, what+x.Inputs[i])
		}
	}
	s.Printf("share of load   stable   %s\n", strings.Join(columns, ", "))
	for _, p := range r.Path {
		word := "yes"
		if p.Unstable > 0 {
			word = fmt.Sprintf("no (%d)", p.Unstable)
		}
		if p.Limit {
			word = "limit"
		}
		s.Printf("%13.6g   %-8s", p.Share, word)
		for _, v := range p.Outputs {
			s.Printf(" %14.6e", v)
		}
		for i := range x.In {
			if x.In[i].Given {
				s.Printf(" %14.6e", p.Forces[i])
			}
		}
		s.Printf("\n")
	}
	s.Notef("the path ended %s\n", r.Ended)
}
