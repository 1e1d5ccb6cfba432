package ingest

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/elastrain/elastrain/table"
)

var nodeLinkFormat = Format{
	Name: "node-link", Endings: []string{".json"}, From: "NetworkX (node_link_data), D3, lists of places and pairs",
	Reads: "nodes with x, y, z (or `pos`) and links, as lists or by their names; edges of `faces`; flags of nodes as named sets; attributes `stiffness` (N/m) and `rest_length` of links",
	Units: "none: `unit`",
	is: func(text []byte) bool {
		return isSection(text, "{") && (bytes.Contains(text, []byte(`"nodes"`)) || bytes.Contains(text, []byte(`"vertices"`)))
	},
	read: readNodeLink,
}

func readNodeLink(d *draft) error {
	all, err := readJSON(d.Data)
	if err != nil {
		return err
	}
	return d.nodeLink(all)
}

// nodeLink reads an object that lists nodes and links, or names them.
func (d *draft) nodeLink(all object) (err error) {
	if all.get("adjacency") != nil || all.object("elements") != nil {
		return &Error{Cause: "this is another form of a graph in JSON (adjacency_data or cytoscape_data of NetworkX)", Fix: "write it by nx.node_link_data or nx.write_graphml"}
	}
	nodes, links := all.listed(listedNodes, namedNode), all.listed(listedLinks, namedLink)
	faces := all.listed(listedFaces, func(e entry) []any { return []any{e.value} })
	bare, from := len(nodes) > 0, 1 // lists of numbers, and where they count from
	least, most := math.Inf(1), math.Inf(-1)
	for _, one := range nodes {
		_, is := one.([]any)
		bare = bare && is
	}
	for _, one := range append(slices.Clone(links), faces...) {
		pair, _ := one.([]any)
		if len(pair) == 3 {
			if _, is := pair[2].(object); is {
				pair = pair[:2]
			}
		}
		for _, end := range pair {
			if v, ok := end.(float64); ok {
				least, most = min(least, v), max(most, v)
			}
		}
	}
	if bare && least <= most {
		if from, err = countFrom(least, most, len(nodes)); err != nil {
			return err
		}
	}
	for i, one := range nodes {
		if bare {
			var x [3]float64
			parts := one.([]any)
			for axis, part := range parts {
				v, ok := part.(float64)
				if !ok || axis > 2 {
					return &Error{Cause: fmt.Sprintf("node %d of the list is not up to three numbers", i+1), Fix: "mend it"}
				}
				x[axis] = v
			}
			d.short = d.short || len(parts) < 3
			if err := d.coordinates(strconv.Itoa(i+from), len(parts), 0); err != nil {
				return err
			}
			if err := d.node(strconv.Itoa(i+from), x, 0); err != nil {
				return err
			}
			continue
		}
		o, ok := one.(object)
		if !ok {
			return &Error{Cause: fmt.Sprintf("node %d is no object", i+1), Fix: "write such as {\"id\": 1, \"x\": 0, \"y\": 0}"}
		}
		line := 0
		if len(o) > 0 {
			line = o[0].line
		}
		name := strconv.Itoa(i)
		if e := o.get("id", "name", "key", "label"); e != nil {
			name = keyOf(e.value)
		}
		var x [3]float64
		count := 0
		if e := o.get("pos", "position", "coords", "coordinates", "xy", "xyz"); e != nil {
			parts, _ := e.value.([]any)
			for axis, part := range parts {
				v, ok := part.(float64)
				if !ok || axis > 2 {
					return fail(e.line, fmt.Sprintf("`%s` of node %s is not up to three numbers", table.Clip(e.key), table.Clip(name)), "mend it")
				}
				x[axis] = v
			}
			count = len(parts)
		} else {
			for axis, key := range []string{"x", "y", "z"} {
				v, given, err := o.number(line, key)
				if err != nil {
					return err
				}
				if !given && axis < 1 {
					return fail(line, fmt.Sprintf("node %s has no place: no x and y, and no `pos`", table.Clip(name)), "write them into the attributes of the nodes, as nx.set_node_attributes does")
				}
				x[axis] = v
				if given {
					count = axis + 1
				}
			}
		}
		if err := d.coordinates(name, count, line); err != nil {
			return err
		}
		if err := d.node(name, x, line); err != nil {
			return err
		}
		for _, e := range o {
			if e.value == true {
				d.set(e.key, len(d.pos)-1)
			}
		}
	}
	var unread []string
	for i, one := range links {
		if pair, is := one.([]any); is && (len(pair) == 2 || len(pair) == 3) {
			b, err := d.join(keyOf(pair[0]), keyOf(pair[1]), 0)
			if err == nil && len(pair) == 3 {
				attributes, is := pair[2].(object)
				if !is {
					return &Error{Cause: fmt.Sprintf("link %d has three entries, and the third is no object", i+1), Fix: "write such as [1, 2, {\"stiffness\": 10}]"}
				}
				unread, err = d.attributes(b, attributes, 0, unread)
			}
			if err != nil {
				return &Error{Cause: fmt.Sprintf("link %d: %v", i+1, err)}
			}
			continue
		}
		o, ok := one.(object)
		if !ok {
			return &Error{Cause: fmt.Sprintf("link %d is no object", i+1), Fix: "write such as {\"source\": 1, \"target\": 2}"}
		}
		from, to := o.get("source", "from", "a"), o.get("target", "to", "b")
		if from == nil || to == nil {
			return &Error{Cause: fmt.Sprintf("link %d has no source and target", i+1), Fix: "write such as {\"source\": 1, \"target\": 2}"}
		}
		b, err := d.join(keyOf(from.value), keyOf(to.value), from.line)
		if err != nil {
			return err
		}
		var rest object
		for _, e := range o {
			if e.key != from.key && e.key != to.key && e.key != "key" && e.key != "id" {
				rest = append(rest, e)
			}
		}
		if unread, err = d.attributes(b, rest, from.line, unread); err != nil {
			return err
		}
	}
	if err := d.listedFacesOf(faces); err != nil {
		return err
	}
	if unread != nil {
		d.note("attributes of links not read: %s", words(unread))
	}
	return nil
}
