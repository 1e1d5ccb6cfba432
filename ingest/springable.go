package ingest

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/elastrain/elastrain/table"
)

var springableFormat = Format{
	Name: "springable", Endings: []string{".csv"}, From: "springable",
	Reads: "parameters, nodes with their constraints as the sets `fixed x`, `fixed y` and `fixed`, longitudinal springs with stiffness and natural length",
	Units: "none: `unit` and `stiffness_unit`",
	is:    func(text []byte) bool { return springableNodes.Match(text) },
	read:  readSpringable,
}

var springableNodes = regexp.MustCompile(`(?m)^[ \t]*NODES[ \t\r]*$`)

// springableSection is a line of capitals.
var springableSection = regexp.MustCompile(`^[A-Z][A-Z ]+$`)

func readSpringable(d *draft) error {
	text, err := textOf(d.Data)
	if err != nil {
		return err
	}
	values := map[string]float64{"pi": math.Pi, "PI": math.Pi}
	section := ""
	var skipped []string
	curved := 0
	for {
		line, ok := text.filled("#")
		if !ok {
			break
		}
		if springableSection.MatchString(line) {
			section = line
			switch section {
			case "PARAMETERS", "NODES", "SPRINGS", "LONGITUDINAL SPRINGS", "LONGITUDINAL FLEXELS":
			default:
				skipped = append(skipped, section)
			}
			continue
		}
		cells := commas(line)
		switch section {
		case "PARAMETERS":
			if len(cells) < 2 {
				return text.fail("a parameter without a value", "write `name, 1.5`")
			}
			v, err := evaluate(cells[1], values)
			if err != nil {
				return text.fail(fmt.Sprintf("parameter %s: %v", table.Clip(cells[0]), err), "mend it")
			}
			values[cells[0]] = v
		case "NODES":
			if len(cells) < 3 {
				return text.fail(fmt.Sprintf("a node of %d cells", len(cells)), "write `number, x, y, 1, 1`")
			}
			var x [3]float64
			for axis := range 2 {
				if x[axis], err = evaluate(cells[1+axis], values); err != nil {
					return &Error{Line: text.line, Column: 2 + axis, Cause: err.Error(), Fix: "mend it"}
				}
			}
			if err := d.node(cells[0], x, text.line); err != nil {
				return err
			}
			held := 0
			for axis, name := range []string{"fixed x", "fixed y"} {
				if 3+axis < len(cells) && cells[3+axis] == "1" {
					d.set(name, len(d.pos)-1)
					held++
				}
			}
			if held == 2 {
				d.set("fixed", len(d.pos)-1)
			}
		case "SPRINGS", "LONGITUDINAL SPRINGS", "LONGITUDINAL FLEXELS":
			ends := strings.Split(cells[0], "-")
			if len(ends) != 2 || len(cells) < 2 {
				return text.fail(table.Show(line)+" is no spring", "write `0-1, stiffness`")
			}
			b, err := d.join(strings.TrimSpace(ends[0]), strings.TrimSpace(ends[1]), text.line)
			if err != nil {
				return err
			}
			law := cells[1]
			if name, inside, is := strings.Cut(law, "("); is && strings.HasPrefix(name, "LINEAR") {
				law = strings.TrimSuffix(strings.TrimSpace(inside), ")")
				if _, v, named := strings.Cut(law, "="); named {
					law = v
				}
			} else if is && springableSection.MatchString(name+"A") {
				curved++
				continue
			}
			k, err := evaluate(law, values)
			if err != nil {
				return &Error{Line: text.line, Column: 2, Cause: err.Error(), Fix: "mend it"}
			}
			if err := d.stiffness(b, k, text.line); err != nil {
				return err
			}
			if len(cells) > 2 && cells[2] != "" {
				rest, err := evaluate(cells[2], values)
				if err != nil {
					return &Error{Line: text.line, Column: 3, Cause: err.Error(), Fix: "mend it"}
				}
				if err := d.restLength(b, rest, text.line); err != nil {
					return err
				}
			}
		}
	}
	d.short = true
	if curved > 0 {
		d.note("%d springs have a curve, which is not read: they start as `bonds` says; `elements` with `law: table` takes such a curve", curved)
	}
	if skipped != nil {
		d.note("%s not read", words(skipped))
	}
	return nil
}

// commas parts a line at commas outside brackets.
func commas(line string) (cells []string) {
	depth, from := 0, 0
	for i, c := range line {
		switch c {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth <= 0 {
				cells, from = append(cells, strings.TrimSpace(line[from:i])), i+1
			}
		}
	}
	return append(cells, strings.TrimSpace(line[from:]))
}
