package insitu

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/spec"
)

// A bench of files and people keeps in mind what its bonds are set to: a table in
// its directory of orders, which all sessions of the bench share. It is written
// when a stiffness is set, and read when a session starts.

// settingName is the table in the directory of orders.
const settingName = tableName

// setting is what the bonds of a bench are set to.
type setting struct {
	k    []float64 // N/m
	by   string    // uid of the session that set them
	dir  string    // of it
	half bool      // it ended while they were being set
}

func (l *Lab) settingPath() string { return filepath.Join(l.beside(l.Spec.Orders), settingName) }

// remembers reports whether the bench is one of files and people whose bonds can be set.
func (l *Lab) remembers() bool {
	return (l.Spec.Bench == "manual" || l.Spec.Bench == "folder") && l.Spec.Stiffens
}

const (
	byPrefix = "# session "
	halfMark = "# half set"
)

// setting reads what the bonds are set to; nil if nobody has set them.
func (l *Lab) setting() (*setting, error) {
	path := l.settingPath()
	text, err := atomicfile.ReadFile(atomicfile.OS{}, path, mostBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := &setting{k: slices.Clone(l.Start)}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if by, ok := strings.CutPrefix(line, byPrefix); ok {
			s.by, s.dir, _ = strings.Cut(by, " in ")
		}
		s.half = s.half || strings.HasPrefix(line, halfMark)
	}
	return s, readTable(l.Experiment, path, string(text), s.k)
}

// write notes what the bonds are set to, or what they are being set to.
func (s *setting) write(l *Lab) error {
	var b strings.Builder
	b.WriteString("# what the bonds of this bench are set to; elastrain reads it when a session starts\n")
	if s.by != "" {
		fmt.Fprintf(&b, "%s%s in %s\n", byPrefix, s.by, s.dir)
	}
	if s.half {
		b.WriteString(halfMark + ": the session ended while the bonds were being set to these\n")
	}
	b.WriteString(l.table(s.k))
	return atomicfile.WriteFile(atomicfile.OS{}, l.settingPath(), []byte(b.String()))
}

// remembering is a bench that notes what it is set to.
type remembering struct {
	lab.Bench
	l *Lab
}

// Inner is the bench itself.
func (r *remembering) Inner() lab.Bench { return r.Bench }

// SetStiffness implements lab.Bench.
func (r *remembering) SetStiffness(ctx context.Context, k []float64) error {
	before, err := r.l.setting()
	if err != nil {
		return err
	}
	// Where nothing changes, nothing can be half set.
	still := before != nil && !before.half && slices.Equal(before.k, k)
	now := &setting{k: k, by: r.l.session, dir: r.l.options.Session, half: !still}
	if err := now.write(r.l); err != nil {
		return err
	}
	if err := r.Bench.SetStiffness(ctx, k); err != nil {
		var refused *driver.Error
		if errors.As(err, &refused) && refused.Code == driver.Refused { // nothing was changed
			if before == nil {
				return errors.Join(err, atomicfile.OS{}.Remove(r.l.settingPath()))
			}
			return errors.Join(err, before.write(r.l))
		}
		return err
	}
	now.half = false
	return now.write(r.l)
}

// agree sees that the bonds of the bench are set to what a session takes them to
// be: to where it starts, or to where it left them itself.
func (l *Lab) agree(k []float64, log *session.Log, given bool) error {
	if !l.remembers() {
		return nil
	}
	s, err := l.setting()
	if s == nil || err != nil {
		return err
	}
	begun := log != nil && log.Start != nil && len(log.Phases)+len(log.Steps) > 0
	if log != nil && log.Start != nil && log.Start.UID == s.by || given && !begun {
		return nil
	}
	worst, apart := -1, 0.0
	follows := written(l.Experiment) // what the last sample has set is set anew for the next
	for i := range k {
		if follows != nil && follows[i] {
			continue
		}
		if d := math.Abs(s.k[i] - k[i]); tabled(l.Experiment, i) && d > 1e-9*math.Abs(k[i]) && d >= apart {
			worst, apart = i, d
		}
	}
	if worst < 0 && !s.half {
		return nil
	}
	has := fmt.Sprintf("the bonds of this bench are set to %s", l.span(s.k))
	if s.half {
		has = fmt.Sprintf("the bonds of this bench were being set to %s when that was broken off, so that what they have is not known", l.span(s.k))
	}
	if s.dir != "" {
		has += ", by the session in " + s.dir
	}
	e := l.Experiment.File.Errorf("E0906", "lab.orders", "%s (%s), and this session is at %s", has, l.settingPath(), l.span(k))
	if worst >= 0 {
		name, unit := named(l.Experiment, worst)
		e.WithLabel("%s differs most: it has %.6g %s, not %.6g %[3]s", name, s.k[worst], unit, k[worst])
	}
	where := "`--start " + l.settingPath() + "`"
	if s.dir != "" && !s.half {
		where += " or `--from " + s.dir + "`"
	}
	help := "to train on from what is set, give " + where
	switch {
	case begun:
		help = "to train on from what is set, begin another session with `--out` and " + where
	case l.same(s.dir):
		help = "that is a session of this experiment: `--out " + s.dir + "` goes on with it, to as many steps as are asked for; " + help
	}
	return spec.Errors{e.WithHelp("%s; if the bonds are set back, delete that file", help)}
}

// same reports whether a directory holds a session of this experiment, with another number of steps perhaps.
func (l *Lab) same(dir string) bool {
	h, err := readHead(atomicfile.OS{}, dir)
	if dir == "" || err != nil {
		return false
	}
	resolved, err := h.verify(atomicfile.OS{}, dir)
	return err == nil && sameTraining(resolved, l.Experiment.File.Resolved())
}

// span is the least and the most stiffness of the bonds; of a body, of the parameters that learn.
func (l *Lab) span(k []float64) string {
	x, unit := l.Experiment, "N/m"
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, v := range k {
		if x.Solid == nil && tabled(x, i) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if x.Solid != nil {
		if unit = l.learningUnit(); unit == "" {
			return "other values"
		}
		for _, i := range x.Design.Free {
			lo, hi = min(lo, k[i]), max(hi, k[i])
		}
	}
	if lo == hi {
		return fmt.Sprintf("%.6g %s", lo, unit)
	}
	return fmt.Sprintf("%.6g to %.6g %s", lo, hi, unit)
}
