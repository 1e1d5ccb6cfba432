package driver

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// Sizes beyond which a card is a mistake rather than a bench.
const (
	mostNodes    = 200_000
	mostElements = 1_000_000
	mostValues   = 8 * mostElements
	mostRepeats  = 10_000
	mostPath     = 4096 // bytes
)

// The slowest watchdog still ends a night's mistake; the fastest leaves the
// host time to answer.
const (
	leastWatchdog = 100 * time.Millisecond
	mostWatchdog  = time.Hour
)

// readHello checks what a driver says of itself.
func readHello(line []byte) (card lab.Card, watchdog time.Duration, err error) {
	var a helloAnswer
	if err := unmarshal(line, &a); err != nil {
		return card, 0, wrong(Garbled, "the answer to hello cannot be read: %v", err)
	}
	if a.Protocol != Protocol {
		return card, 0, wrong(Garbled, "the driver speaks protocol %d, and this program %d", a.Protocol, Protocol)
	}
	for _, u := range [][3]string{
		{"length", a.Units.Length, si.Length}, {"force", a.Units.Force, si.Force},
		{"time", a.Units.Time, si.Time}, {"stiffness", a.Units.Stiffness, si.Stiffness},
	} {
		switch {
		case u[1] == "":
			return card, 0, wrong(Units, `the driver does not say its unit of %s; hello must say "units" with %q for it`, u[0], u[2])
		case u[1] != u[2]:
			return card, 0, wrong(Units, "the driver counts %s in %s; it must convert to %s itself, nothing is converted here", u[0], Clean(u[1], mostName), u[2])
		}
	}
	card = lab.Card{Name: Clean(a.Name, mostName), Version: Clean(a.Version, mostName), Dim: a.Dim, Nodes: a.Nodes, Elements: a.Elements, Stiffens: a.Stiffens, Limits: a.Limits,
		Values: a.Values, Unit: Clean(a.Unit, mostName), Removes: a.Removes, Holds: a.Holds}
	if err := CheckCard(card); err != nil {
		return card, 0, wrong(Implausible, "the card of the driver: %v", err)
	}
	if !(a.Watchdog >= leastWatchdog.Seconds() && a.Watchdog <= mostWatchdog.Seconds()) {
		return card, 0, wrong(Implausible, `"watchdog" is %g s; it says after which silence of the host the driver makes the lattice safe by itself, %g to %g s`,
			a.Watchdog, leastWatchdog.Seconds(), mostWatchdog.Seconds())
	}
	return card, time.Duration(a.Watchdog * 1e9), nil
}

// CheckCard says what is wrong with a card.
func CheckCard(c lab.Card) error {
	switch {
	case c.Dim < 1 || c.Dim > 3:
		return fmt.Errorf("%d dimensions; a lattice has 1, 2 or 3", c.Dim)
	case c.Nodes < 1 || c.Nodes > mostNodes:
		return fmt.Errorf("%d nodes; it must be 1 to %d", c.Nodes, mostNodes)
	case c.Elements < 0 || c.Elements > mostElements:
		return fmt.Errorf("%d elements; it must be 0 to %d", c.Elements, mostElements)
	case c.Values < 0 || c.Values > mostValues:
		return fmt.Errorf("%d values; it must be 0 to %d", c.Values, mostValues)
	case c.Holds < 0 || c.Holds > c.Nodes*c.Dim:
		return fmt.Errorf("%d places are held at once; it must be 0 to %d, one for each direction of each node", c.Holds, c.Nodes*c.Dim)
	case c.Values == 0 && c.Unit != "":
		return fmt.Errorf("the unit %s of values, and no values; stiffnesses of elements are counted in N/m", c.Unit)
	}
	_, err := c.Narrowed(c.Limits)
	return err
}

// readLoad checks the time at which loads hang; the clock of a driver does not
// run back behind since.
func readLoad(line []byte, since time.Duration) (time.Duration, error) {
	var a loadAnswer
	if err := unmarshal(line, &a); err != nil {
		return 0, wrong(Garbled, "the answer to load cannot be read: %v", err)
	}
	applied, err := seconds(a.Applied)
	switch {
	case err != nil && a.Applied == nil:
		return 0, wrong(Incomplete, `"applied" is missing: the time on the driver's clock when the loads hang`)
	case err != nil:
		return 0, wrong(Implausible, `"applied" %v`, err)
	case applied < since:
		return 0, wrong(Implausible, "the clock of the driver runs backwards: loads hang at %g s, the ones before did at %g s", applied.Seconds(), since.Seconds())
	}
	return applied, nil
}

// want is what the frames of an answer must be.
type want struct {
	card    lab.Card
	repeats int
	after   time.Duration // when the loads hang
	reach   float64       // m; no mark is further out
}

// readFrames checks an answer to measure.
func readFrames(line []byte, w want) ([]lab.Frame, error) {
	var a measureAnswer
	if err := unmarshal(line, &a); err != nil {
		return nil, wrong(Garbled, "the answer to measure cannot be read: %v", err)
	}
	if len(a.Frames) != w.repeats {
		return nil, wrong(Incomplete, "%d frames were asked for and %d came", w.repeats, len(a.Frames))
	}
	frames := make([]lab.Frame, len(a.Frames))
	for i := range a.Frames {
		if err := readFrame(&a.Frames[i], w, &frames[i]); err != nil {
			var p *problem
			if errors.As(err, &p) {
				p.detail = fmt.Sprintf("frame %d of %d: %s", i+1, w.repeats, p.detail)
			}
			return nil, err
		}
		if len(frames[i].Fixed) != len(frames[0].Fixed) {
			return nil, wrong(Incomplete, "frame %d has %d fixed marks and frame 1 has %d", i+1, len(frames[i].Fixed), len(frames[0].Fixed))
		}
	}
	return frames, nil
}

func readFrame(f *wireFrame, w want, into *lab.Frame) error {
	at, err := seconds(f.At)
	switch {
	case err != nil && f.At == nil:
		return wrong(Incomplete, `"at" is missing: the time of the picture on the driver's clock`)
	case err != nil:
		return wrong(Implausible, `"at" %v`, err)
	case at < w.after:
		return wrong(Stale, "it is stale: taken at %g s, before the loads hung at %g s", at.Seconds(), w.after.Seconds())
	}
	if len(f.Nodes) != w.card.Nodes {
		return wrong(Incomplete, "it has %d nodes and the lattice %d; a node that was not seen is null", len(f.Nodes), w.card.Nodes)
	}
	into.At = at
	if into.Nodes, err = readMarks("node", f.Nodes, f.Sigma, w); err != nil {
		return err
	}
	if into.Fixed, err = readMarks("fixed mark", f.Fixed, f.FixedSigma, w); err != nil {
		return err
	}
	for _, image := range f.Images {
		if len(image.Path) > mostPath {
			return wrong(Implausible, "the path of image %s has %d bytes", quote([]byte(image.Path)), len(image.Path))
		}
		if !isSHA256(image.SHA256) {
			return wrong(Implausible, "the sha256 of image %s is not 64 hexadecimal digits", quote([]byte(image.Path)))
		}
	}
	into.Images = f.Images
	return nil
}

func readMarks(what string, points [][]float64, sigma []float64, w want) ([]lab.Mark, error) {
	if len(sigma) != 0 && len(sigma) != len(points) {
		return nil, wrong(Incomplete, "%d standard deviations for %d %ss", len(sigma), len(points), what)
	}
	if len(points) == 0 {
		return nil, nil
	}
	marks := make([]lab.Mark, len(points))
	for i, p := range points {
		if p == nil {
			continue
		}
		if len(p) != w.card.Dim {
			return nil, wrong(Incomplete, "%s %d has %d coordinates, not %d", what, i+1, len(p), w.card.Dim)
		}
		for _, x := range p {
			if math.Abs(x) > w.reach {
				return nil, wrong(Implausible, "%s %d is %.4g m from the origin, further than a bench reaches (%g m); are these metres?", what, i+1, math.Abs(x), w.reach)
			}
		}
		m := lab.Mark{Seen: true}
		copy(m.X[:], p)
		if sigma != nil {
			m.Sigma = sigma[i]
		}
		if !(m.Sigma >= 0 && m.Sigma <= w.reach) {
			return nil, wrong(Implausible, "the standard deviation of %s %d is %g m", what, i+1, m.Sigma)
		}
		marks[i] = m
	}
	return marks, nil
}

func isSHA256(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}
