package spec

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/elastrain/elastrain/unit"
)

// Units is the table of units as text, from the table that quantities are read
// with: what each measures, its symbol, and its exact worth.
func Units() string {
	var b strings.Builder
	for _, row := range unitRows() {
		if row.symbol == "" {
			fmt.Fprintf(&b, "%s\n", row.worth)
			continue
		}
		fmt.Fprintf(&b, "  %-4s %-38s %s\n", row.symbol, row.worth, row.name)
	}
	return b.String()
}

// unitsPage is the same for the reference.
func unitsPage(b *strings.Builder) {
	b.WriteString("## Units\n\nCapitals count. Text and unit may touch (`16mm`) or stand apart. `elastrain explain units` prints this table.\n\n| unit | worth | name |\n|---|---|---|\n")
	for _, row := range unitRows() {
		if row.symbol == "" {
			fmt.Fprintf(b, "| | **%s** | |\n", strings.TrimSuffix(row.worth, ":"))
			continue
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", row.symbol, row.worth, row.name)
	}
	b.WriteByte('\n')
}

// unitRow is a line of the table; without a symbol it is a heading.
type unitRow struct{ symbol, worth, name string }

func unitRows() []unitRow {
	var rows []unitRow
	add := func(title string, units []unit.Unit, base string) {
		rows = append(rows, unitRow{worth: title})
		for _, u := range units {
			rows = append(rows, unitRow{u.Symbol, worth(u) + " " + base, u.Name})
		}
	}
	add("Length:", unit.Lengths, "m")
	add("Force:", unit.Forces, "N")
	add("Pressure:", unit.Pressures, "Pa")
	add("Time:", unit.Times, "s")
	add("Share:", unit.Shares, "of the whole")
	return append(rows,
		unitRow{worth: "Stiffness: a force by a length, such as N/m, N/mm, lbf/in."},
		unitRow{worth: "Displacement by force: a length by a force, such as mm/N."},
		unitRow{worth: "Inverse length: such as /m and /mm. Speed: such as mm/s and mm/min. Rate: /s."},
		unitRow{worth: "Masses are no forces: the weight of 5 g is 5 gf, of 1 lb 1 lbf."})
}

// worth is the value of a unit in SI units: all digits, or a fraction.
func worth(u unit.Unit) string {
	r := u.Times("1")
	if r.IsInt() {
		return r.Num().String()
	}
	if digits, exact := r.FloatPrec(); exact {
		d, _, _ := readDecimal(r.FloatString(digits))
		return d.String()
	}
	return "about " + new(big.Float).SetRat(r).Text('g', 12)
}
