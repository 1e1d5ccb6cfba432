package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/sequence"
	"github.com/elastrain/elastrain/spec"
)

type sequenceCommand struct {
	Words []string `arg:"" name:"spec" help:"Experiment files of one network, in the order in which they are learned; one may stand several times. Changes, such as learn.rate=0.01, are of all."`
	Turns *int     `placeholder:"N" help:"In place of whole trainings in a row: N epochs of each in turns."`
	Hold  string   `default:"0 %" placeholder:"SHARE" help:"What change costs from the second stage on: a network of which every bond moves by its whole range pays this share of the first loss of the stage; default: ${default}."`
	Seeds int      `default:"5" placeholder:"N" help:"Splits, with seeds from that of the first file on; default: ${default}."`
	Out   string   `short:"o" placeholder:"DIR" help:"Directory of table, figure and stages; default: sequence/NAME."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*sequenceCommand) Help() string {
	return `Each task begins where the last one left the bonds. After every stage every task is scored: on the rows that validate, or where a task has no other part
of data, such as a behaviour, on what it is trained for. Test parts stay closed. Stopped or killed, the same command goes on with the stages that are missing; one with more
stages, or seeds, takes over those that are there.

Examples:
  elastrain sequence examples/sequence-wine.yaml examples/sequence-iris.yaml examples/sequence-wine.yaml --seeds 2
  elastrain sequence examples/sequence-wine.yaml examples/sequence-iris.yaml --turns 20 --seeds 2 -o turns     both at once
  elastrain sequence examples/sequence-wine.yaml examples/sequence-iris.yaml --hold 10 --seeds 2 -o held     change costs`
}

func (c *sequenceCommand) Run(s *session) error {
	options, err := c.Options()
	if err != nil {
		return err
	}
	study := &sequence.Study{Seeds: c.Seeds}
	if c.Turns != nil {
		study.Turns = *c.Turns
	}
	overrides, files, err := c.words(study)
	if err != nil {
		return err
	}
	for _, path := range files {
		study.Tasks = append(study.Tasks, sequence.Task{Name: taskName(path, files), Build: func(seed uint64) (*experiment.Experiment, error) {
			file, beside, err := s.ReadSpec(path, append(slices.Clone(overrides), fmt.Sprint("seed=", seed)))
			if err != nil {
				return nil, err
			}
			return experiment.Build(file, beside, options)
		}})
	}
	first, _, err := s.ReadSpec(files[0], overrides)
	if err != nil {
		return err
	}
	study.First = first.Spec.Seed
	if err := seedsFit(study.First, study.Seeds); err != nil {
		return err
	}
	list, err := built(study, study.First)
	if err != nil {
		return err
	}
	if err := study.Fit(list); err != nil {
		what, way, _ := strings.Cut(err.Error(), "; ")
		return &cli.UsageError{Text: what, Help: way}
	}
	for _, x := range list {
		s.notes(x)
	}
	dir := c.Out
	if dir == "" {
		dir = filepath.Join("sequence", sequenceName(study, overrides))
	}
	keep, err := openStudy(atomicfile.OS{}, dir)
	if err != nil {
		return err
	}
	store := &sequenceStore{studyStore: keep, study: study}
	watch := &sequenceProgress{s: s, study: study, last: time.Now()}
	study.Told = watch.tell
	defer s.ending.Hold()()
	report, err := study.Run(s.ctx, store, watch.finished)
	if err == nil {
		err = writeSequence(dir, report)
	}
	if closed := keep.Close(); err == nil {
		err = closed
	}
	if err != nil {
		if s.ctx.Err() != nil && errors.Is(err, s.ctx.Err()) {
			return &cli.GoesOnError{With: " with the stages that are missing"}
		}
		return err
	}
	if s.JSON {
		return s.Object(report)
	}
	s.Printf("%s", sequenceText(report))
	s.Notef("\ntable and figure  %s\n", dir)
	return nil
}

// words reads what the words and flags ask for.
func (c *sequenceCommand) words(study *sequence.Study) (overrides, files []string, err error) {
	for _, w := range c.Words {
		if strings.Contains(w, "=") {
			overrides = append(overrides, w)
			continue
		}
		if w == "-" {
			return nil, nil, &cli.UsageError{Text: "a sequence reads its files for every seed, and - is read once", Help: "write the experiment to a file"}
		}
		i := slices.Index(files, filepath.Clean(w))
		if i < 0 {
			i = len(files)
			files = append(files, filepath.Clean(w))
		}
		study.Order = append(study.Order, i)
	}
	refuse := func(help, format string, args ...any) error {
		return &cli.UsageError{Text: fmt.Sprintf(format, args...), Help: help}
	}
	if study.Hold, err = spec.Quantity(c.Hold, "fraction"); err != nil || !(study.Hold >= 0 && study.Hold <= 1e12) {
		return nil, nil, refuse("give a share of the first loss, such as --hold 10, or leave --hold out", "--hold %s is not in its range", c.Hold)
	}
	switch {
	case len(files) == 0:
		return nil, nil, refuse("name the files of the tasks, in the order in which they are learned", "no experiment file is named")
	case c.Seeds < 1 || c.Seeds > 10000:
		return nil, nil, refuse("give 1 to 10000; 5 is usual", "--seeds %d is not in its range", c.Seeds)
	case c.Turns != nil && (study.Turns < 1 || study.Turns > 10_000_000):
		return nil, nil, refuse("give how many epochs of each task, or leave --turns out", "--turns %d is not in its range", study.Turns)
	case study.Turns > 0 && len(files) < len(study.Order):
		return nil, nil, refuse("name each file once", "--turns takes the tasks in turns, and one is named twice")
	case study.Turns > 0 && study.Hold > 0:
		return nil, nil, refuse("leave one of the two out", "--hold is of trainings one after another, and --turns has none")
	}
	return overrides, files, nil
}

// built are the experiments of a seed.
func built(study *sequence.Study, seed uint64) (list []*experiment.Experiment, err error) {
	for _, t := range study.Tasks {
		x, err := t.Build(seed)
		if err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	return list, nil
}

// taskName is the name of a file without folder and ending, or the whole where two files share it.
func taskName(path string, files []string) string {
	short := func(p string) string { return strings.TrimSuffix(filepath.Base(p), ".yaml") }
	for _, other := range files {
		if other != path && short(other) == short(path) {
			return path
		}
	}
	return short(path)
}

// sequenceName is the name of the directory of a study that is given none.
func sequenceName(study *sequence.Study, overrides []string) string {
	name := ""
	for i, t := range study.Tasks {
		if i > 0 {
			name += "+"
		}
		name += filepath.Base(t.Name)
	}
	if study.Turns > 0 {
		name += "-turns"
	}
	return cli.RunName(name+".yaml", overrides)
}

// sequenceStore keeps the finished stages of a study.
type sequenceStore struct {
	*studyStore
	study *sequence.Study
	seed  uint64
	made  []string // of each stage of the seed
}

// name is the file of a stage, and what it was made with: the experiments of its seed, and which were learned before it.
func (s *sequenceStore) name(seed uint64, stage int) (name, made string, err error) {
	if s.made == nil || s.seed != seed {
		list, err := built(s.study, seed)
		if err != nil {
			return "", "", err
		}
		s.seed, s.made = seed, nil
		for n := range s.study.Stages() + 1 {
			order := s.study.Order
			if s.study.Turns == 0 {
				order = order[:max(n, 1)]
			}
			of, err := madeWith(struct {
				Format int
				Order  []int
				Turns  int
				Hold   float64
			}{1, order, s.study.Turns, s.study.Hold}, list...)
			if err != nil {
				return "", "", err
			}
			s.made = append(s.made, of)
		}
	}
	return fmt.Sprintf("seed-%d-stage-%d", seed, stage), s.made[stage], nil
}

// Load implements sequence.Store.
func (s *sequenceStore) Load(seed uint64, stage int) (*sequence.Stage, error) {
	name, made, err := s.name(seed, stage)
	if err != nil {
		return nil, err
	}
	var t sequence.Stage
	found, err := s.load(name, made, &t)
	if !found || t.Seed != seed || t.Number != stage || len(t.Scores) != len(s.study.Tasks) {
		return nil, err
	}
	return &t, nil
}

// Save implements sequence.Store.
func (s *sequenceStore) Save(t *sequence.Stage) error {
	name, made, err := s.name(t.Seed, t.Number)
	if err != nil {
		return err
	}
	return s.save(name, made, t)
}

// sequenceProgress says what is done and how long the rest may take.
type sequenceProgress struct {
	s           *session
	study       *sequence.Study
	last, began time.Time
	done        int
	fresh       float64 // stages that were made, not read
}

// finished is told of every stage.
func (p *sequenceProgress) finished(t *sequence.Stage) {
	p.done++
	what := "before any learning"
	switch {
	case t.Number > 0 && p.study.Turns > 0:
		what = "in turns"
	case t.Number > 0:
		what = "after " + p.study.Tasks[p.study.Order[t.Number-1]].Name
	}
	var scores []string
	for i := range t.Scores {
		scores = append(scores, p.study.Tasks[i].Name+" "+oneScore(&t.Scores[i]))
	}
	p.s.Notef("seed %d, %s: %s\n", t.Seed, what, strings.Join(scores, ", "))
}

// tell is told of every epoch.
func (p *sequenceProgress) tell(seed uint64, stage, epoch int, _ float64) {
	now := time.Now()
	if p.began.IsZero() {
		p.began, p.fresh = now, float64(p.done)
	}
	if now.Sub(p.last) < pacePause {
		return
	}
	p.last = now
	total := float64(p.study.Seeds * (p.study.Stages() + 1))
	left := ""
	if far := float64(p.done) - p.fresh; far > 0 {
		left = ", about " + duration(now.Sub(p.began).Seconds()*(total-float64(p.done))/far) + " to go"
	}
	p.s.Notef("seed %d, stage %d of %d: epoch %d%s\n", seed, stage, p.study.Stages(), epoch, left)
}
