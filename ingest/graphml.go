package ingest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/internal/excerpt"
	"github.com/elastrain/elastrain/table"
)

var graphmlFormat = Format{
	Name: "graphml", Endings: []string{".graphml", ".xml"}, From: "NetworkX, igraph, Gephi, yEd, Elastrain",
	Reads: "nodes with x, y, z (or the place of yEd's shapes) and edges; flags of nodes as named sets; attributes `stiffness` (N/m), `width` and `rest_length` of edges",
	Units: "none: `unit`; SI where Elastrain wrote it",
	is:    func(text []byte) bool { return bytes.Contains(text, []byte("<graphml")) },
	read:  readGraphML,
}

// graphKey is what a key of the file stands for.
type graphKey struct {
	name, typ, of string
	standard      *entry // what nodes or edges without it have; nil: nothing
}

type graphml struct {
	*draft
	keys map[string]*graphKey
	ids  []string // of the keys, in the order of the file
	line func() int

	// of the node or edge that is open
	node, from, to string
	inNode, inEdge bool
	begun          int
	values         object
	place          [3]float64
	placed         bool // by the shape of a drawing

	edges  []graphEdge
	unread []string
	own    bool
}

type graphEdge struct {
	from, to string
	line     int
	values   object
}

func readGraphML(d *draft) error {
	text, err := textOf(d.Data)
	if err != nil {
		return err
	}
	raw := text.text
	if at := strings.Index(raw, "?>"); strings.HasPrefix(strings.TrimSpace(raw), "<?xml") && at > 0 {
		raw = strings.Repeat("\n", strings.Count(raw[:at], "\n")) + raw[at+2:] // it is UTF-8 by now, whatever it says
	}
	x := xml.NewDecoder(strings.NewReader(raw))
	x.Entity = xml.HTMLEntity
	g := &graphml{draft: d, keys: map[string]*graphKey{}}
	g.line = func() int { line, _ := x.InputPos(); return line }
	var words strings.Builder
	key := ""
	for {
		token, err := x.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var bad *xml.SyntaxError
			if errors.As(err, &bad) {
				return fail(bad.Line, "it is no XML: "+excerpt.Of(bad.Msg, 200), "the file is damaged or cut off")
			}
			return fail(g.line(), "it is no XML: "+excerpt.Of(err.Error(), 200), "the file is damaged or cut off")
		}
		switch t := token.(type) {
		case xml.Comment:
			g.own = g.own || bytes.Contains(t, []byte("SI units"))
		case xml.StartElement:
			words.Reset()
			attribute := func(name string) string {
				for _, a := range t.Attr {
					if a.Name.Local == name {
						return a.Value
					}
				}
				return ""
			}
			switch t.Name.Local {
			case "key":
				key = attribute("id")
				g.keys[key] = &graphKey{name: attribute("attr.name"), typ: attribute("attr.type"), of: attribute("for")}
				g.ids = append(g.ids, key)
			case "node":
				g.node, g.inNode, g.values, g.placed, g.begun = attribute("id"), true, nil, false, g.line()
			case "edge":
				g.from, g.to, g.inEdge, g.values, g.begun = attribute("source"), attribute("target"), true, nil, g.line()
			case "hyperedge":
				return fail(g.line(), "a hyperedge joins more than two nodes", "write bonds of two nodes")
			case "data":
				key = attribute("key")
			case "Geometry": // of yEd; y points down there
				if g.inNode {
					if err := g.geometry(attribute); err != nil {
						return err
					}
				}
			}
		case xml.CharData:
			words.Write(t)
		case xml.EndElement:
			switch t.Name.Local {
			case "default":
				if k, ok := g.keys[key]; ok && !g.inNode && !g.inEdge {
					k.standard = &entry{k.name, valueOf(strings.TrimSpace(words.String()), k.typ), g.line()}
				}
			case "data":
				if k, ok := g.keys[key]; ok && k.name != "" && (g.inNode || g.inEdge) {
					g.values = append(g.values, entry{k.name, valueOf(strings.TrimSpace(words.String()), k.typ), g.line()})
				}
			case "node":
				g.inNode = false
				g.complete("node")
				if err := g.addNode(); err != nil {
					return err
				}
			case "edge":
				g.inEdge = false
				g.complete("edge")
				g.edges = append(g.edges, graphEdge{g.from, g.to, g.begun, g.values})
			}
		}
	}
	return g.end()
}

// complete gives a node or an edge the values that the file declares for all without them.
func (g *graphml) complete(what string) {
	for _, id := range g.ids {
		k := g.keys[id]
		if k.standard != nil && (k.of == what || k.of == "all" || k.of == "") && g.values.get(k.name) == nil {
			g.values = append(g.values, *k.standard)
		}
	}
}

// valueOf is a value of an attribute by its type.
func valueOf(text, typ string) any {
	switch typ {
	case "boolean":
		return strings.EqualFold(text, "true") || text == "1"
	case "string":
		if v, err := strconv.ParseFloat(text, 64); err == nil && !strings.ContainsAny(text, "xXnN_") {
			return v // writers that have texts alone
		}
		return text
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v-v != 0 {
		return text
	}
	return v
}

func (g *graphml) geometry(attribute func(string) string) error {
	sides := []string{"x", "y", "width", "height"}
	var v [4]float64
	for i, name := range sides {
		text := attribute(name)
		if text == "" {
			continue
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || n-n != 0 {
			return fail(g.line(), fmt.Sprintf("%s of a shape is %s", name, table.Show(text)), "it must be a number")
		}
		v[i] = n
	}
	g.place, g.placed = [3]float64{v[0] + v[2]/2, -(v[1] + v[3]/2), 0}, true
	return nil
}

func (g *graphml) addNode() error {
	x, count := g.place, 2
	if !g.placed {
		count = 0
		for axis, key := range []string{"x", "y", "z"} {
			at := slices.IndexFunc(g.values, func(e entry) bool {
				k := table.Key(e.key)
				return k == key || k == "pos"+key || k == key+"pos" || k == "coord"+key || k == "position"+key
			})
			x[axis] = 0
			if at < 0 {
				if axis == 0 {
					return fail(g.begun, fmt.Sprintf("node %s has no place: no attribute x", table.Clip(g.node)), "write x and y of every node, as nx.set_node_attributes does")
				}
				continue
			}
			v, ok := g.values[at].value.(float64)
			if !ok {
				return fail(g.values[at].line, fmt.Sprintf("%s of node %s is no finite number", key, table.Clip(g.node)), "mend it")
			}
			x[axis], count = v, axis+1
		}
	}
	if err := g.coordinates(g.node, count, g.begun); err != nil {
		return err
	}
	if err := g.draft.node(g.node, x, g.begun); err != nil {
		return err
	}
	for _, e := range g.values {
		switch v := e.value.(type) {
		case bool:
			if v {
				g.set(e.key, len(g.pos)-1)
			}
		case string:
			if e.key == "input" || e.key == "output" || e.key == "group" || e.key == "set" {
				g.set(v, len(g.pos)-1)
			}
		}
	}
	return nil
}

func (g *graphml) end() error {
	if g.own {
		if err := g.say(1, "metres", 0); err != nil {
			return err
		}
		if err := g.sayStiffness(1, "N/m", 0); err != nil {
			return err
		}
	}
	var others []string // kinds and laws
	for _, e := range g.edges {
		b, err := g.join(e.from, e.to, e.line)
		if err != nil {
			return err
		}
		values := e.values
		if g.own { // what it says of a state is not of the network
			for axis, key := range []string{"shift_1", "shift_2"} {
				if v := values.get(key); v != nil {
					n, ok := v.value.(float64)
					if !ok || n != math.Trunc(n) || math.Abs(n) > 1e6 {
						return fail(v.line, fmt.Sprintf("`%s` is no whole number", key), "mend it")
					}
					b.shift[axis], g.shifted = int(n), true
				}
			}
			for _, key := range []string{"kind", "law"} {
				if v := values.get(key); v != nil && v.value != "bar" && v.value != "linear" {
					others = append(others, fmt.Sprint(v.value))
				}
			}
			values = slices.DeleteFunc(values, func(e entry) bool {
				return !slices.Contains(append(stiffnessKeys, widthKeys...), table.Key(e.key))
			})
		}
		var unread []string
		if unread, err = g.attributes(b, values, e.line, g.unread); err != nil {
			return err
		}
		g.unread = unread
	}
	if others != nil {
		g.note("the file is of other elements than linear springs: %s; their ends are read, and what they are belongs into `elements`", words(others))
	}
	if g.unread != nil {
		g.note("attributes of edges not read: %s", words(g.unread))
	}
	return nil
}
