package ingest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/table"
)

var inpFormat = Format{
	Name: "inp", Endings: []string{".inp"}, From: "Abaqus, CalculiX, Elastrain",
	Reads: "nodes, trusses, beams and springs of two nodes as bonds, and the edges of shells and solids, each once; node sets, element sets as sets of their nodes; constants of *SPRING",
	Units: "none: `unit` and `stiffness_unit`",
	is:    func(text []byte) bool { return inpNode.Match(text) },
	read:  readINP,
}

var inpNode = regexp.MustCompile(`(?im)^\*NODE\b`)

func readINP(d *draft) error {
	text, err := textOf(d.Data)
	if err != nil {
		return err
	}
	card, options := "", map[string]string{}
	var skipped []string
	of := map[string][]int{} // the bonds of a set of elements
	elements := &deckSets{nodes: map[string][]string{}, of: map[string][]string{}}
	springs := map[string]float64{}
	rows := 0
	type held struct{ name, node string }
	var sets, fixed []held
	for {
		line, ok := text.next()
		if !ok {
			break
		}
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			rows++ // *SPRING has an empty line for what two nodes need not say
			continue
		case strings.HasPrefix(line, "**"):
			continue
		case strings.HasPrefix(line, "*"):
			card, options, rows = "", map[string]string{}, 0
			for i, part := range strings.Split(line[1:], ",") {
				key, value, _ := strings.Cut(part, "=")
				if key = strings.ToUpper(strings.TrimSpace(key)); i == 0 {
					card = key
				} else {
					options[key] = strings.TrimSpace(value)
				}
			}
			if card == "PART" || card == "INSTANCE" || card == "INCLUDE" {
				if card != "PART" || slices.Contains(skipped, "PART") {
					return text.fail("*"+card+" is not read", "write a flat deck: in Abaqus/CAE, `Do not use parts and assemblies in input files`")
				}
				skipped = append(skipped, "PART")
			}
			if card == "NODE" && options["SYSTEM"] != "" && !strings.EqualFold(options["SYSTEM"], "R") {
				return text.fail("nodes in cylindrical or spherical coordinates are not read", "write x, y and z")
			}
			if card == "SYSTEM" || card == "TRANSLATE" || strings.HasPrefix(card, "NGEN") || strings.HasPrefix(card, "NFILL") || strings.HasPrefix(card, "NCOPY") || strings.HasPrefix(card, "NMAP") || card == "ELGEN" || card == "ELCOPY" {
				return text.fail("*"+card+" makes or moves nodes and elements, and is not read", "write a deck that lists them all")
			}
			continue
		}
		rows++
		w := cards(line)
		switch card {
		case "NODE":
			x, err := text.point(append(w, "0", "0", "0"), 2, 3)
			if err != nil {
				return err
			}
			if err := d.node(w[0], x, text.line); err != nil {
				return err
			}
			sets = append(sets, held{options["NSET"], w[0]})
		case "ELEMENT":
			typ := strings.ToUpper(options["TYPE"])
			if len(w) == 1 || len(w) == 2 {
				return text.fail(fmt.Sprintf("an element of %d nodes", len(w)-1), "the line is cut off")
			}
			two := slices.ContainsFunc([]string{"T2D2", "T3D2", "B21", "B23", "B31", "B33", "SPRINGA", "CONN3D2", "CONN2D2", "U1", "DASHPOTA"}, func(known string) bool { return strings.HasPrefix(typ, known) })
			if two && len(w) > 3 && !strings.HasPrefix(typ, "B") {
				return text.fail(fmt.Sprintf("an element of type %s with %d nodes", table.Clip(typ), len(w)-1), "it has two")
			}
			if shape, known := solidOf(typ); known {
				count, more := shapes[shape].nodes, w[1:]
				for len(more) < count { // elements of many nodes go on in further lines
					line, ok := text.next()
					if !ok || strings.HasPrefix(strings.TrimSpace(line), "*") {
						return text.fail(fmt.Sprintf("an element of type %s of %d nodes", table.Clip(typ), len(more)), fmt.Sprintf("it has %d: the line is cut off", count))
					}
					more = append(more, cards(line)...)
				}
				if len(more) != count {
					return text.fail(fmt.Sprintf("an element of type %s with %d nodes", table.Clip(typ), len(more)), fmt.Sprintf("it has %d", count))
				}
				corners := make([]int, count)
				for i, name := range more {
					if corners[i], err = d.find(name, text.line); err != nil {
						return err
					}
				}
				if err := d.face(corners, shapes[shape].edges, text.line); err != nil {
					return err
				}
				elements.nodes[w[0]] = more[:shapes[shape].corners()]
				elements.add(options["ELSET"], w[0])
				continue
			}
			if !two || len(w) != 3 {
				if name := "elements of type " + table.Clip(typ); !slices.Contains(skipped, name) && len(skipped) < 100 {
					skipped = append(skipped, name)
				}
				continue
			}
			b, err := d.join(w[1], w[2], text.line)
			if err != nil {
				return err
			}
			elements.nodes[w[0]] = w[1:]
			elements.add(options["ELSET"], w[0])
			of[options["ELSET"]] = append(of[options["ELSET"]], d.placeOf(b))
		case "ELSET":
			if _, ranged := options["GENERATE"]; ranged {
				var ok bool
				if w, ok = generate(w); !ok {
					return text.fail("*ELSET with GENERATE wants the first number, the last and the step", "mend the line")
				}
			}
			for i := range w {
				w[i] = strings.TrimSuffix(w[i], ".0") // as meshio writes them
			}
			elements.add(options["ELSET"], w...)
		case "NSET":
			for _, one := range w {
				sets = append(sets, held{options["NSET"], one})
			}
			if _, generate := options["GENERATE"]; generate {
				return text.fail("*NSET with GENERATE is not read", "list the nodes")
			}
		case "SPRING":
			if _, curved := options["NONLINEAR"]; curved {
				skipped = append(skipped, "*SPRING, NONLINEAR")
				card = ""
			} else if rows == 2 {
				k, err := text.number(w, 1)
				if err != nil {
					return err
				}
				springs[options["ELSET"]] = k
			}
		case "BOUNDARY":
			first, last := axisOf(w, 1), axisOf(w, 2)
			for axis := first; axis <= max(first, last); axis++ {
				if axis >= 1 && axis <= 3 {
					fixed = append(fixed, held{"fixed " + "xyz"[axis-1:axis], w[0]})
				}
			}
		}
	}
	members := map[string][]string{}
	for _, s := range sets {
		members[s.name] = append(members[s.name], s.node)
	}
	for _, f := range fixed {
		list, named := members[f.node]
		if !named || f.node == "" {
			list = []string{f.node}
		}
		for _, node := range list {
			sets = append(sets, held{f.name, node})
		}
	}
	for _, s := range sets {
		if s.name == "" || s.name == "NALL" {
			continue
		}
		if at, ok := d.at[s.node]; ok {
			d.set(s.name, at)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(springs)) {
		if of[name] == nil {
			d.note("no element is in the set %s of *SPRING", table.Show(name))
		}
	}
	elements.name(d)
	for _, set := range slices.Sorted(maps.Keys(springs)) {
		for _, i := range of[set] {
			if err := d.stiffness(&d.bonds[i], springs[set], d.bonds[i].line); err != nil {
				return err
			}
		}
	}
	if skipped = slices.DeleteFunc(skipped, func(s string) bool { return s == "PART" }); len(skipped) > 0 {
		d.note("%s not read", words(skipped))
	}
	if len(d.bonds) == 0 && len(d.pos) > 0 {
		return &Error{Cause: fmt.Sprintf("the deck has %d nodes and no trusses, beams, springs, shells or solids between them", len(d.pos)), Fix: "bonds are elements of two nodes, such as T2D2, B21 or SPRINGA, and edges of such as S3 or C3D4"}
	}
	return nil
}

// axisOf is a direction of *BOUNDARY, 0 where there is none.
func axisOf(w []string, at int) int {
	if at >= len(w) {
		return 0
	}
	axis, err := strconv.Atoi(w[at])
	if err != nil || axis < 1 || axis > 6 {
		return 0
	}
	return axis
}
