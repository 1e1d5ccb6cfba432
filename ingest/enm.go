package ingest

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

var enmFormat = Format{
	Name: "enm", Endings: []string{".enm", ".txt", ".dat", ".net"}, From: "programs of elastic networks (own text)",
	Reads: "the number of nodes, a line of coordinates for each, the number of bonds, and a line `i j`, `i j k` or `i j k l0` for each: stiffness (N/m) and rest length",
	Units: "none: `unit` and `stiffness_unit`",
	is:    func(text []byte) bool { return enmHead.Match(text) },
	read:  readENM,
}

// a number alone on its line, and below it one to three numbers
var enmHead = regexp.MustCompile(`^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*\d+[ \t]*\r?\n[ \t]*[-+.\d][-+.\deE]*([ \t]+[-+.\d][-+.\deE]*){0,2}[ \t]*\r?\n`)

func readENM(d *draft) error {
	text, err := textOf(d.Data)
	if err != nil {
		return err
	}
	count := func(what string) (int, error) {
		line, ok := text.filled("#")
		if !ok {
			return 0, text.fail("the file ends where the number of "+what+" is due", "it is cut off")
		}
		w := strings.Fields(line)
		if len(w) != 1 {
			return 0, text.fail(fmt.Sprintf("%d numbers where the number of %s is due", len(w), what), "write it alone on its line")
		}
		return text.whole(w, 1)
	}
	n, err := count("nodes")
	if err != nil {
		return err
	}
	dim := 0
	for i := range n {
		line, ok := text.filled("#")
		if !ok {
			return text.fail(fmt.Sprintf("the file ends after %d of %d nodes", i, n), "it is cut off")
		}
		w := strings.Fields(line)
		if i == 0 {
			dim = min(len(w), 4)
		}
		if len(w) != dim || dim > 3 {
			return text.fail(fmt.Sprintf("a node with %d coordinates", len(w)), "every node has as many, 1 to 3")
		}
		x, err := text.point(w, 1, dim)
		if err != nil {
			return err
		}
		if err := d.node(strconv.Itoa(i+1), x, text.line); err != nil {
			return err
		}
	}
	d.short = dim < 3
	m, err := count("bonds")
	if err != nil {
		return err
	}
	type row struct {
		ends  [2]int
		words []string
		line  int
	}
	var rows []row
	least, most := math.Inf(1), math.Inf(-1)
	for i := range m {
		line, ok := text.filled("#")
		if !ok {
			return text.fail(fmt.Sprintf("the file ends after %d of %d bonds", i, m), "it is cut off")
		}
		r := row{words: strings.Fields(line), line: text.line}
		if len(r.words) > 4 {
			return text.fail(fmt.Sprintf("a bond of %d numbers", len(r.words)), "write `i j`, `i j k` or `i j k l0`")
		}
		for end := range r.ends {
			if r.ends[end], err = text.whole(r.words, end+1); err != nil {
				return err
			}
			least, most = min(least, float64(r.ends[end])), max(most, float64(r.ends[end]))
		}
		rows = append(rows, r)
	}
	if _, more := text.filled("#"); more {
		return text.fail(fmt.Sprintf("something follows the %d bonds", m), "the number of bonds is wrong, or the rest belongs elsewhere")
	}
	if m == 0 {
		return nil // which is said of all files
	}
	from, err := countFrom(least, most, n)
	if err != nil {
		return err
	}
	if from == 0 {
		d.note("the bonds count the nodes from 0: what is 0 there is node 1 here")
	}
	for _, r := range rows {
		text.line = r.line
		b, err := d.join(strconv.Itoa(r.ends[0]+1-from), strconv.Itoa(r.ends[1]+1-from), r.line)
		if err != nil {
			return err
		}
		if len(r.words) > 2 {
			k, err := text.number(r.words, 3)
			if err != nil {
				return err
			}
			if err := d.stiffness(b, k, r.line); err != nil {
				return err
			}
		}
		if len(r.words) > 3 {
			rest, err := text.number(r.words, 4)
			if err != nil {
				return err
			}
			if err := d.restLength(b, rest, r.line); err != nil {
				return err
			}
		}
	}
	return nil
}
