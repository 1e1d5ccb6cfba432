package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/prune"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
)

type pruneCommand struct {
	Subject   string   `arg:"" help:"Experiment file, or run directory of a trained network."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file, such as seed=7."`
	Rule      string   `default:"exact" placeholder:"RULE" help:"What chooses the bond that goes: exact, gradient, saliency, energy or random; default: ${default}."`
	Until     string   `placeholder:"SHARE" help:"Take bonds out until the relative error is at most so much; default where displacements are wanted: 1 %."`
	KeepScore string   `placeholder:"SHARE" help:"Take out as many bonds as can go while the accuracy falls (or the relative error grows) by at most so much; default where classes are told: 0 %."`
	Poisson   *float64 `placeholder:"NU" help:"Of a periodic cell, in place of its task: Poisson's ratio wanted in every direction, such as --poisson=-0.8."`
	BulkShear *float64 `placeholder:"RATIO" help:"Of a periodic cell, in place of its task: ratio of bulk to shear modulus wanted, the same in every direction."`
	Width     *int     `placeholder:"N" help:"Look for fewer bonds: go on from the N best networks after each removal, in place of the best alone (rule exact)."`
	Bonds     *int     `placeholder:"N" help:"Take out at most so many bonds."`
	Ends      bool     `help:"Nodes that bear nothing, whatever the load, go with their bonds: free ones without a port that have no more bonds than space has dimensions."`
	Grow      string   `enum:"no,also,only" default:"no" help:"Also put bonds in, or put bonds in only: those that the file has cut, and second neighbours without a bond."`
	Relearn   int      `default:"0" placeholder:"N" help:"Let the other bonds learn N epochs, by the method of the file, whenever a bond is taken out, before it is judged."`
	Learn     bool     `help:"Let the pruned network learn as the file says."`
	Out       string   `short:"o" placeholder:"DIR" help:"Directory of tables, figures and the run of the pruned network; default: pruned/NAME."`
	NoFigures bool     `help:"Draw no pictures."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*pruneCommand) Help() string {
	return `Bonds go one at a time. Rule exact looks at every bond and takes the one without which the loss is least; the others see only what a bond itself
feels, and the loss measured after a removal decides whether it stays out. A bond that alone resists a motion is kept and named.
The test part is not looked at. Stopped or killed, the same command goes on.

Examples:
  elastrain prune examples/allostery.yaml                   until the far pair does what is wanted
  elastrain prune examples/allostery.yaml --rule gradient   by what each bond feels
  elastrain prune examples/allostery.yaml --width 100       the same with fewer bonds out
  elastrain prune examples/auxetic.yaml --poisson=-0.95 --until '5 %'  a cell that grows wider when it is pulled
  elastrain prune examples/allostery.yaml --grow also       bonds between second neighbours may be put in as well
  elastrain prune runs/iris --keep-score '1 %'              the fewest bonds at the same accuracy
  elastrain prune runs/iris --bonds 3 --learn               three bonds out, and the others learn again
  elastrain prune runs/iris --relearn 50 --ends             the others learn after each removal, and idle nodes go`
}

// mostWidth bounds how many networks a search goes on from.
const mostWidth = 100000

// pruned is what a command of pruning works on.
type pruned struct {
	x       *experiment.Experiment
	theta   []float64
	trained *run.Trained // nil of a file
	files   experiment.Files
	name    string
}

func (c *pruneCommand) Run(s *session) error {
	options, err := c.Options()
	if err != nil {
		return err
	}
	p, err := c.subject(s, options)
	if err != nil {
		return err
	}
	if err := prune.Fit(p.x); err != nil {
		what, way, _ := strings.Cut(err.Error(), "; ")
		return &cli.UsageError{Text: what, Help: way}
	}
	study, err := c.study(p.x)
	if err != nil {
		return err
	}
	if need := prune.SearchBytes(study.Width, len(p.x.Network.Elements), max(3, len(p.x.In)+len(p.x.Out))); options.Memory > 0 && need > options.Memory {
		return &cli.UsageError{Text: fmt.Sprintf("--width %d: so many networks of %s take about %s of memory, and may take %s", study.Width, cli.Count(len(p.x.Network.Elements), "bond"),
			experiment.Size(need), experiment.Size(options.Memory)), Help: "give a smaller width, or more with --memory"}
	}
	study.Threads = c.Threads
	study.Learner = p.learner(options)
	study.Passed = func(out int, best prune.Verdict) {
		s.Notef("looked at networks without %s: at best %s\n", cli.Count(out, "bond"), verdictText(&best))
	}
	store, err := c.store(p, study)
	if err != nil {
		return err
	}
	report, err := c.prune(s, p, study, store)
	if closed := store.Close(); err == nil {
		err = closed
	}
	if err != nil {
		if s.ctx.Err() != nil && errors.Is(err, s.ctx.Err()) {
			return run.ErrStopped
		}
		if errors.Is(err, prune.ErrNoScore) {
			what, way, _ := strings.Cut(err.Error(), "; ")
			return &cli.UsageError{Text: what, Help: way}
		}
		return err
	}
	if s.JSON {
		if err := s.Object(report); err != nil {
			return err
		}
	} else {
		s.Printf("%s", pruneText(report))
		s.Notef("\ntables and figure  %s\nnext               %s\n", store.dir, cli.Command("eval", report.Run))
	}
	if !report.Met {
		return &cli.NotMetError{Text: fmt.Sprintf("what was wanted is not reached: %s", report.Why)}
	}
	return nil
}

// store opens the directory asked for, or the first of pruned/NAME, pruned/NAME-2, ... that holds no other pruning.
func (c *pruneCommand) store(p *pruned, study *prune.Study) (*pruneStore, error) {
	if c.Out != "" {
		return openPruneStore(atomicfile.OS{}, c.Out, p, study)
	}
	name := filepath.Join("pruned", atomicfile.Shorten(p.name, mostName))
	for n := 1; ; n++ {
		dir := name
		if n > 1 {
			dir += fmt.Sprint("-", n)
		}
		store, err := openPruneStore(atomicfile.OS{}, dir, p, study)
		var other *run.DirectoryError
		if n < 1000 && errors.As(err, &other) && other.Code == "E0601" {
			continue
		}
		return store, err
	}
}

// prune takes bonds out and writes what came of it.
func (c *pruneCommand) prune(s *session, p *pruned, study *prune.Study, store *pruneStore) (*pruneReport, error) {
	if known := store.known; known > 0 {
		if study.Most > 0 {
			known = min(known, study.Most)
		}
		s.Notef("going on after %s that an earlier session took out\n", cli.Count(known, "bond"))
	}
	defer s.ending.Hold()()
	found, err := study.Run(s.ctx, p.x, p.theta, store, func(step prune.Step) {
		where := "out"
		if step.Added {
			where = "in"
		} else if step.Node > 0 {
			where = fmt.Sprintf("out with node %d, which bears nothing", step.Node)
		}
		s.Notef("bond %-5d %s, %d left: %s\n", step.Bond, where, step.Left, verdictText(&step.Verdict))
	})
	if err != nil {
		return nil, err
	}
	report := &pruneReport{Report: found}
	report.Spec = c.Subject
	if err := c.leave(s, p, report, store.dir); err != nil {
		return nil, err
	}
	return report, writePruned(store.dir, p, report, !c.NoFigures)
}

// subject reads the file or run.
func (c *pruneCommand) subject(s *session, options experiment.Options) (*pruned, error) {
	if info, err := os.Stat(c.Subject); err == nil && info.IsDir() {
		if c.Grow != "no" {
			return nil, &cli.UsageError{Text: "bonds are put into the network of a file, and " + c.Subject + " is a trained one", Help: "give the file, or leave --grow out"}
		}
		if len(c.Overrides) > 0 {
			return nil, &cli.UsageError{Text: "a trained run cannot be changed by overrides", Help: "use `elastrain retrain`, or give the spec instead of the run"}
		}
		if insitu.IsSession(atomicfile.OS{}, c.Subject) {
			return nil, &cli.UsageError{Text: c.Subject + " is a session of lab train, and prune takes a computed run", Help: "`" + cli.Command("retrain", c.Subject) + " --task SPEC learn.epochs=0` makes one of its stiffnesses", File: c.Subject}
		}
		trained, err := s.ReadRun(c.Subject, options)
		if err != nil {
			return nil, err
		}
		return &pruned{trained.Experiment, trained.Stiffness, trained, trained.Files(atomicfile.OS{}), filepath.Base(filepath.Clean(c.Subject))}, nil
	}
	file, files, err := s.ReadSpec(c.Subject, c.Overrides)
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, files, options)
	if err != nil {
		return nil, err
	}
	s.notes(x)
	if c.Grow != "no" {
		if file, err = growing(x); err != nil {
			return nil, err
		}
		if x, err = experiment.Build(file, files, options); err != nil {
			return nil, err
		}
	}
	theta := make([]float64, x.Parameters())
	x.Design.Init(theta)
	return &pruned{x, theta, nil, files, cli.RunName(c.Subject, c.Overrides)}, nil
}

// study is what the flags ask for.
func (c *pruneCommand) study(x *experiment.Experiment) (*prune.Study, error) {
	study := &prune.Study{Rule: c.Rule, Relearn: c.Relearn, Ends: c.Ends}
	if _, err := prune.Find(c.Rule); err != nil {
		what, way, _ := strings.Cut(err.Error(), "; ")
		return nil, &cli.UsageError{Text: what, Help: way}
	}
	if c.Bonds != nil {
		if study.Most = *c.Bonds; study.Most < 1 {
			return nil, &cli.UsageError{Text: fmt.Sprintf("--bonds %d takes nothing out", study.Most), Help: "give how many bonds may go, 1 or more; without --bonds as many go as the end allows"}
		}
	}
	if c.Width != nil {
		if study.Width = *c.Width; study.Width < 1 || study.Width > mostWidth {
			return nil, &cli.UsageError{Text: fmt.Sprintf("--width %d is no number of networks to go on from", study.Width), Help: fmt.Sprintf("give 1 to %d, such as 100", mostWidth)}
		}
		if study.Width == 1 {
			study.Width = 0 // the best alone, as without it
		}
	}
	if c.Ends && x.Network.Cell != nil {
		return nil, &cli.UsageError{Text: "a periodic cell has no ends", Help: "leave --ends out"}
	}
	if !prune.Quick(x) && (c.Rule != "exact" || c.Ends || c.Grow != "no" || c.Poisson != nil || c.BulkShear != nil || study.Width > 1) {
		what, way, _ := strings.Cut(prune.ErrBody.Error(), "; ")
		return nil, &cli.UsageError{Text: what, Help: way}
	}
	if study.Width > 1 && (c.Rule != "exact" || c.Relearn > 0 || c.Grow != "no") {
		what, way, _ := strings.Cut(prune.ErrWidth.Error(), "; ")
		return nil, &cli.UsageError{Text: what, Help: way}
	}
	if err := c.grow(study); err != nil {
		return nil, err
	}
	if err := c.moduli(x, study); err != nil {
		return nil, err
	}
	if c.Relearn < 0 {
		return nil, &cli.UsageError{Text: fmt.Sprintf("nothing learns in --relearn %d epochs", c.Relearn), Help: "give how many epochs the others learn after a removal, or leave --relearn out"}
	}
	if c.Relearn > 0 && x.Design.Dim() == 0 {
		return nil, &cli.UsageError{Text: "no stiffness learns, so --relearn does nothing", Help: "give bonds a range, or leave --relearn out"}
	}
	if c.Until != "" && c.KeepScore != "" {
		return nil, &cli.UsageError{Text: "--until and --keep-score ask for two ends", Help: "give --until where the network is to learn something by losing bonds, --keep-score where it knows it already"}
	}
	until := c.Until
	if until == "" && c.KeepScore == "" && (x.Train.Class == nil || study.Moduli != nil || study.Grow) {
		until = "1 %"
	}
	if until == "" {
		keep := c.KeepScore
		if keep == "" {
			keep = "0 %"
		}
		return study, pruneShare("keep-score", keep, true, &study.Keep)
	}
	return study, pruneShare("until", until, false, &study.Until)
}

// grow says whether bonds are put in as well.
func (c *pruneCommand) grow(study *prune.Study) error {
	if c.Grow == "no" {
		return nil
	}
	if c.Rule != "exact" {
		return &cli.UsageError{Text: "rule " + c.Rule + " knows nothing of bonds that are not there", Help: "use rule exact, or leave --grow out"}
	}
	if c.Relearn > 0 || c.KeepScore != "" {
		return &cli.UsageError{Text: "bonds are put in until what is wanted is there", Help: "leave --relearn and --keep-score out, or leave --grow out"}
	}
	study.Grow, study.Keeps = true, c.Grow == "only"
	return nil
}

// pruneShare reads a share of a flag.
func pruneShare(flag, text string, zero bool, to *float64) error {
	v, err := spec.Quantity(text, "fraction")
	if err != nil {
		return &cli.UsageError{Text: fmt.Sprintf("--%s %s: %v", flag, text, err), Help: fmt.Sprintf("write it as in a file, such as --%s '1 %%'", flag)}
	}
	if v >= 1 { // where a percent sign is forgotten
		help := fmt.Sprintf("with a percent sign: --%s '%s %%'", flag, strings.TrimSpace(text))
		if v >= 100 || strings.ContainsAny(text, "%") {
			help = fmt.Sprintf("give a share below 1, such as --%s '1 %%'", flag)
		}
		return &cli.UsageError{Text: fmt.Sprintf("--%s %s is the whole, or more: nothing would be asked for", flag, text), Help: help}
	}
	if !(v > 0 || zero && v == 0) {
		least := "above zero"
		if zero {
			least = "zero or more"
		}
		return &cli.UsageError{Text: fmt.Sprintf("--%s %s is not in its range", flag, text), Help: "it is " + least + ", and below 100 %"}
	}
	*to = v
	return nil
}

// moduli are what is wanted of a cell in place of its task.
func (c *pruneCommand) moduli(x *experiment.Experiment, study *prune.Study) error {
	switch {
	case c.Poisson == nil && c.BulkShear == nil:
		return nil
	case c.Poisson != nil && c.BulkShear != nil:
		return &cli.UsageError{Text: "--poisson and --bulk-shear ask for the same", Help: "give one; of a sheet that is alike in all directions B/G = (1 + nu)/(1 - nu)"}
	case x.Network.Cell == nil:
		return &cli.UsageError{Text: "moduli are wanted, and this network is no periodic cell", Help: "`elastrain new cell` shows one; leave --poisson and --bulk-shear out where the task says what is wanted"}
	case c.Relearn > 0 || c.KeepScore != "":
		return &cli.UsageError{Text: "where moduli are wanted bonds go until they are there", Help: "leave --relearn and --keep-score out; they go with the task of the file"}
	case c.Rule == "saliency" || c.Rule == "energy":
		return &cli.UsageError{Text: "rule " + c.Rule + " sees what bonds feel under the samples of a task", Help: "use exact, gradient or random where moduli are wanted"}
	case c.Poisson != nil && !(*c.Poisson > -1 && *c.Poisson < 1):
		return &cli.UsageError{Text: fmt.Sprintf("--poisson %g is none that a sheet has in every direction", *c.Poisson), Help: "it is above -1 and below 1"}
	case c.BulkShear != nil && !(*c.BulkShear > 0 && *c.BulkShear < math.MaxFloat64):
		return &cli.UsageError{Text: fmt.Sprintf("--bulk-shear %g is no ratio of moduli", *c.BulkShear), Help: "it is above zero"}
	}
	study.Moduli = &prune.Moduli{Poisson: c.Poisson, BulkShear: c.BulkShear}
	return nil
}
