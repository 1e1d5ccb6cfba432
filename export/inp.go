package export

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/snapshot"
)

var inpFormat = Format{
	Name: "inp", Ending: ".inp", Cases: AllCases,
	Holds:   "a CalculiX deck of a lattice of linear springs: a spring for every bond, supports, and a step for every load case that prints displacements and reactions",
	Opens:   "CalculiX",
	Refuses: refusesInp, Lacks: func(in *Input) []string { return lacksCut(in.Snapshot) },
	Write: writeInp,
}

// refusesInp names what CalculiX would compute otherwise. Its user beams (U1) are wrong where several meet, and its other beams are
// solids inside, so no beam is written.
func refusesInp(in *Input) error {
	s := in.Snapshot
	for i := range s.Elements {
		el := &s.Elements[i]
		spring := len(el.Nodes) <= 2 && len(el.Modes) == 1 && el.Modes[0].Unit == "m" && el.Law == "linear" // of a length, or from a place
		if !el.Cut && (!spring || len(s.Blocks[el.Block].Names) != 1) {
			return fmt.Errorf("a deck of springs has no %s of law %s; .vtu, .msh and .npz files hold every element", el.Kind, el.Law)
		}
	}
	switch {
	case s.Drawn.Periodic():
		return fmt.Errorf("a deck of springs has no periodic cell; .vtu, .msh and .npz files hold it")
	case s.Finite:
		return fmt.Errorf("a deck of springs is solved for small displacements, and the network moves far; .vtu, .msh and .npz files hold its states")
	}
	for i := range s.Cases {
		for _, f := range s.Cases[i].Loads {
			if kind, _ := component(f.Component); kind != "force" || f.Node < 0 {
				return fmt.Errorf("a deck of springs has no load of kind %s; .npz and .csv files hold it", f.Component)
			}
		}
		if s.Cases[i].Theta != nil && len(s.Cases) > 1 {
			return fmt.Errorf("inputs set stiffnesses, so every case is another deck; --case N takes one")
		}
	}
	return nil
}

// real is a number as CalculiX takes it for real: with a point, in at most 20 characters.
func real(v float64) string { return strconv.FormatFloat(v, 'e', 12, 64) }

func writeInp(to io.Writer, in *Input) error {
	s := in.Snapshot
	theta := s.Theta
	if len(s.Cases) > 0 && s.Cases[0].Theta != nil {
		theta = s.Cases[0].Theta
	}
	w := bufio.NewWriter(to)
	printf := func(format string, args ...any) { fmt.Fprintf(w, format, args...) } // the first error comes out of Flush
	n, dim := s.Drawn.Nodes(), s.Drawn.Dim
	printf("** %s\n** SI units: m, N, N/m. Nodes count from 1 in the order of the experiment.\n*NODE, NSET=NALL\n", line(in.Source))
	at := func(node int) (x [3]float64) { copy(x[:], s.Built.At(node)); return x }
	size := span(s)
	for node := range n {
		x := at(node)
		printf("%d, %s, %s, %s\n", node+1, real(x[0]), real(x[1]), real(x[2]))
	}
	// A spring to ground joins its node to one that is held, so that it may lie in any direction.
	anchors := 0
	for i := range s.Elements {
		if el := &s.Elements[i]; len(el.Nodes) == 1 && !el.Cut {
			x, dir := at(el.Nodes[0]), s.Drawn.Elements[i].Dir
			anchors++
			printf("%d, %s, %s, %s\n", n+anchors, real(x[0]-size*dir[0]), real(x[1]-size*dir[1]), real(x[2]-size*dir[2]))
		}
	}
	anchor := n
	for i := range s.Elements {
		el := &s.Elements[i]
		if el.Cut {
			continue
		}
		other := 0
		if len(el.Nodes) == 1 {
			anchor++
			other = anchor
		} else {
			other = el.Nodes[1] + 1
		}
		printf("*ELEMENT, TYPE=SPRINGA, ELSET=E%d\n%d, %d, %d\n*SPRING, ELSET=E%d\n\n%s,\n", i+1, i+1, other, el.Nodes[0]+1, i+1, real(theta[el.Theta]))
	}
	joined := make([]bool, n)
	for i := range s.Elements {
		if !s.Elements[i].Cut {
			for _, node := range s.Elements[i].Nodes {
				joined[node] = true
			}
		}
	}
	printf("*BOUNDARY\n")
	for node := range n {
		for axis := range 3 {
			if axis >= dim || s.Drawn.Held != nil && s.Drawn.Held[node*dim+axis] || !joined[node] {
				printf("%d, %d, %d\n", node+1, axis+1, axis+1)
			}
		}
	}
	for i := range anchors {
		printf("%d, 1, 3\n", n+i+1)
	}
	for i := range s.Cases {
		c := &s.Cases[i]
		printf("** %s %d\n*STEP\n*STATIC\n", partName(s, c.Part), c.Sample)
		loads := slices.DeleteFunc(slices.Clone(c.Loads), func(f snapshot.Force) bool { return f.Value == 0 || math.IsNaN(f.Value) })
		if len(loads) > 0 || i > 0 {
			printf("*CLOAD, OP=NEW\n")
		}
		for _, f := range loads {
			_, axis := component(f.Component)
			printf("%d, %d, %s\n", f.Node+1, axis+1, real(f.Value))
		}
		printf("*NODE PRINT, NSET=NALL\nU, RF\n*END STEP\n")
	}
	return w.Flush()
}

// line is text that fits into one line of a deck, of which CalculiX reads 132 characters.
func line(text string) string {
	text = text[:min(len(text), 100)]
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

// span is the diagonal of a network, m.
func span(s *snapshot.Snapshot) float64 {
	lo, hi := s.Built.Bounds()
	sum := 0.0
	for axis := range lo {
		sum = math.Hypot(sum, hi[axis]-lo[axis])
	}
	return sum
}
