package export

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/part"
)

var combFormat = Format{
	Name: "strips", Cases: NoCase,
	Holds: "of a comb: every strip at its true size, a .svg file each with closed outlines in layers, and a table of all leaves (.csv)",
	Opens: "Inkscape, programs of laser cutters, any spreadsheet",
	Refuses: func(in *Input) error {
		if in.Comb == nil {
			return errors.New("the network is no comb, and has no strips; give an experiment with a section `comb`")
		}
		return nil
	},
	WriteAll: func(create Create, in *Input) error {
		widths := combWidths(in)
		for strip := range in.Comb.Read {
			outline, err := part.Comb(in.Comb, widths, strip)
			if err != nil {
				return err
			}
			title := fmt.Sprintf("%s: strip %d of %d, class %s", in.Title, strip+1, len(in.Comb.Read), in.Outputs[strip].Name)
			if err := create(fmt.Sprintf("-strip-%d.svg", strip+1), func(w io.Writer) error { return outline.WriteSVG(w, title) }); err != nil {
				return err
			}
		}
		return create("", func(w io.Writer) error { return writeLeaves(w, in, widths) })
	},
}

// combWidths are the widths of all elements of a comb, m: of those under a law of sections from how stiff they are.
func combWidths(in *Input) []float64 {
	widths := make([]float64, len(in.Comb.Limbs))
	for i := range widths {
		at := in.Elements[i].Theta
		if widths[i] = in.Theta[at]; in.Comb.Limbs[i].Is == network.InputLeaf {
			widths[i] = math.Sqrt(12 * in.Theta[at+1] / in.Theta[at])
		}
	}
	return widths
}

// writeLeaves writes a table of all leaves: where they are, how long and how wide, and what an input leaf follows.
func writeLeaves(w io.Writer, in *Input, widths []float64) error {
	c := in.Comb
	if _, err := io.WriteString(w, "leaf,what,strip,hub bar,x (mm),y (mm),length (mm),width (mm),pixel,peg,held where\n"); err != nil {
		return err
	}
	of := map[int]*network.PegHole{}
	for i := range c.Holes {
		for _, e := range c.Holes[i].Elements {
			of[e] = &c.Holes[i]
		}
	}
	mm := func(v float64) string { return strconv.FormatFloat(math.Round(1e9*v)/1e6, 'g', -1, 64) }
	for i, limb := range c.Limbs {
		if limb.Is == network.HubBar || limb.Is == network.OutBar {
			continue
		}
		e, arms := c.Net.Elements[i], c.Net.Arms[i]
		a, b := c.Net.At(e.Nodes[0]), c.Net.At(e.Nodes[1])
		x, y := (a[0]+arms[0][0]+b[0]+arms[1][0])/2, (a[1]+arms[0][1]+b[1]+arms[1][1])/2
		hub, pixel, peg, held := "", "", "", ""
		if limb.Hub >= 0 {
			hub = strconv.Itoa(limb.Hub + 1)
		}
		if h := of[i]; h != nil {
			pixel, peg, held = strconv.Itoa(h.Pixel+1), strconv.Itoa(1<<h.Peg), "bright"
			if h.Complement {
				held = "dark"
			}
		}
		if _, err := fmt.Fprintf(w, "%d,%s,%d,%s,%s,%s,%s,%s,%s,%s,%s\n", i+1, network.Limbs[limb.Is], limb.Strip+1, hub,
			mm(x), mm(y), mm(c.Net.BondLength(i)), mm(widths[i]), pixel, peg, held); err != nil {
			return err
		}
	}
	return nil
}
