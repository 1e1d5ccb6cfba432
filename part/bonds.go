package part

import (
	"bufio"
	"fmt"
	"io"
	"math"
)

// WriteBonds writes a table of the bonds that are made: what they are called, their lengths between nodes and between
// joints, their sections in mm, and the stiffness Y A / L of a bar where the modulus is known.
func (p *Plan) WriteBonds(w io.Writer) error {
	out := bufio.NewWriter(w)
	head := "bond,a,b,length (mm),free length (mm),width (mm),height (mm)"
	if p.Young > 0 {
		head += ",stiffness (N/m)"
	}
	out.WriteString(head + "\n")
	for i := range p.Bonds {
		s := &p.Bonds[i]
		a, b := &p.Joints[s.Ends[0]], &p.Joints[s.Ends[1]]
		d := minus(b.At, a.At)
		length := math.Sqrt(dot(d, d))
		free := length - p.reachOf(a, p.circumradius(s)) - p.reachOf(b, p.circumradius(s))
		fmt.Fprintf(out, "%d,%d,%d,%.7g,%.7g,%.7g,%.7g", s.Number, a.Number, b.Number, mm*length, mm*free, mm*s.Width, mm*s.Height)
		if p.Young > 0 {
			fmt.Fprintf(out, ",%.7g", p.Young*s.Area()/length)
		}
		out.WriteByte('\n')
	}
	return out.Flush()
}
