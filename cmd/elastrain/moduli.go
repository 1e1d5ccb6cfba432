package main

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/experiment"
)

// moduliText is the moduli of a periodic cell in lines that begin with indent.
func moduliText(m *experiment.Moduli, indent string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%sE1 %.6g   E2 %.6g   G12 %.6g", indent, m.E1, m.E2, m.G12)
	if m.Nu12 != nil {
		fmt.Fprintf(&b, "   nu12 %.6g", *m.Nu12)
	}
	if m.Nu21 != nil {
		fmt.Fprintf(&b, "   nu21 %.6g", *m.Nu21)
	}
	b.WriteByte('\n')
	if m.Loose != nil {
		fmt.Fprintf(&b, "%snothing resists %s: it drives a motion that costs nothing\n", indent, strings.Join(m.Loose, ", "))
	}
	return b.String()
}
