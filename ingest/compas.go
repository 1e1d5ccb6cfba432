package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/table"
)

var compasFormat = Format{
	Name: "compas", Endings: []string{".json"}, From: "COMPAS (Network, Graph, Mesh), jax_fdm, compas_cem",
	Reads: "nodes with x, y, z and edges, of meshes the edges of faces; `is_support`, `is_fixed` and `is_anchor` as named sets; attributes `stiffness` (N/m) and `restlength` of edges",
	Units: "none: `unit`",
	is:    func(text []byte) bool { return compasLike(text) },
	read:  readCOMPAS,
}

func compasLike(text []byte) bool {
	return isSection(text, "{") && (bytes.Contains(text, []byte(`"compas.`)) || bytes.Contains(text, []byte(`"node"`)) || bytes.Contains(text, []byte(`"vertex"`)) || bytes.Contains(text, []byte(`"jax_fdm`)))
}

// entry is a key of a JSON object with its value, in the order of the file, and the line it stands on.
type entry struct {
	key   string
	value any // float64, string, bool, nil, []any, []entry
	line  int
}

// object is a JSON object in the order of the file; a key that comes twice keeps its first place.
type object []entry

func (o object) get(keys ...string) *entry {
	for _, key := range keys {
		for i := range o {
			if o[i].key == key {
				return &o[i]
			}
		}
	}
	return nil
}

func (o object) object(keys ...string) object {
	if e := o.get(keys...); e != nil {
		inside, _ := e.value.(object)
		return inside
	}
	return nil
}

// readJSON reads an object with the places of its keys.
func readJSON(data []byte) (object, error) {
	text, err := textOf(data)
	if err != nil {
		return nil, err
	}
	raw := []byte(text.text)
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	j := &jsonReader{d: d, raw: raw, line: 1}
	v, err := j.value(0)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something follows the object")
		}
	}
	if err != nil {
		var at *json.SyntaxError
		line := j.place(int(d.InputOffset()))
		if errors.As(err, &at) {
			line = j.place(int(at.Offset))
		}
		why := strings.TrimPrefix(err.Error(), "json: ")
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			why = "the file ends within an object"
		}
		return nil, fail(line, "it is no JSON: "+why, "")
	}
	o, ok := v.(object)
	if !ok {
		return nil, &Error{Line: 1, Cause: "the file is no JSON object", Fix: "it must be `{...}` with nodes and edges"}
	}
	return o, nil
}

type jsonReader struct {
	d        *json.Decoder
	raw      []byte
	at, line int // how far lines are counted
}

// place is the line of a byte.
func (j *jsonReader) place(offset int) int {
	offset = min(max(offset, 0), len(j.raw))
	if offset < j.at {
		return 1 + bytes.Count(j.raw[:offset], []byte("\n"))
	}
	j.line += bytes.Count(j.raw[j.at:offset], []byte("\n"))
	j.at = offset
	return j.line
}

func (j *jsonReader) value(depth int) (any, error) {
	if depth > 50 {
		return nil, errors.New("objects inside objects, too many")
	}
	token, err := j.d.Token()
	if err != nil {
		return nil, err
	}
	delim, nested := token.(json.Delim)
	if !nested {
		if n, ok := token.(json.Number); ok {
			v, err := strconv.ParseFloat(n.String(), 64)
			if err != nil {
				return nil, fmt.Errorf("%.40s is beyond the numbers that a computer holds", n.String())
			}
			return v, nil
		}
		return token, nil
	}
	if delim == '[' {
		list := []any{}
		for j.d.More() {
			v, err := j.value(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := j.d.Token()
		return list, err
	}
	o := object{}
	for j.d.More() {
		key, err := j.d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		line := j.place(int(j.d.InputOffset()))
		v, err := j.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o = append(o, entry{name, v, line})
	}
	_, err = j.d.Token()
	return o, err
}

// number is a number of an object.
func (o object) number(line int, keys ...string) (v float64, given bool, err error) {
	e := o.get(keys...)
	if e == nil || e.value == nil {
		return 0, false, nil
	}
	v, ok := e.value.(float64)
	if !ok {
		return 0, false, fail(max(e.line, line), fmt.Sprintf("`%s` is no number", table.Clip(e.key)), "write it without quotes")
	}
	return v, true, nil
}

func readCOMPAS(d *draft) error {
	all, err := readJSON(d.Data)
	if err != nil {
		return err
	}
	for range 3 { // what the versions wrap it in
		inner := all.object("data", "value", "state")
		if inner == nil {
			break
		}
		all = inner
	}
	nodes, edges, faces := all.object("node", "vertex"), all.object("edge", "edgedata"), all.object("face")
	if listed := all.get(append(listedLinks, listedFaces...)...); listed != nil && edges == nil && faces == nil && all.get(listedNodes...) != nil {
		return d.nodeLink(all)
	}
	if nodes == nil {
		return &Error{Cause: "there is no object `node` or `vertex` in the file", Fix: "write a Network, Graph or Mesh of COMPAS with its to_json"}
	}
	standard := all.object("dna", "dva", "default_node_attributes", "default_vertex_attributes")
	var supports = []string{"is_support", "is_fixed", "is_anchor"}
	for _, n := range nodes {
		at, ok := n.value.(object)
		if !ok {
			return fail(n.line, fmt.Sprintf("node %s is no object", table.Clip(n.key)), "it must have x, y and z")
		}
		var x [3]float64
		count := 0
		for axis, key := range []string{"x", "y", "z"} {
			v, given, err := at.number(n.line, key)
			if !given && err == nil {
				v, given, err = standard.number(n.line, key)
			}
			if err != nil {
				return err
			}
			if !given && axis < 2 {
				return fail(n.line, fmt.Sprintf("node %s has no %s", table.Clip(n.key), key), "give every node its coordinates")
			}
			x[axis] = v
			if given {
				count = axis + 1
			}
		}
		if err := d.coordinates(n.key, count, n.line); err != nil {
			return err
		}
		if err := d.node(n.key, x, n.line); err != nil {
			return err
		}
		for _, key := range supports {
			if e := at.get(key); e != nil && e.value == true {
				d.set(key, len(d.pos)-1)
			}
		}
	}
	if faces == nil { // of a mesh of bodies: lists of faces
		for _, c := range all.object("cell") {
			list, _ := c.value.([]any)
			for _, f := range list {
				faces = append(faces, entry{c.key, f, c.line})
			}
		}
	}
	if err := d.facesOf(faces); err != nil {
		return err
	}
	var unread []string
	for _, from := range edges {
		to, ok := from.value.(object)
		if !ok {
			return fail(from.line, fmt.Sprintf("the edges of node %s are no object", table.Clip(from.key)), "the file is damaged")
		}
		if a, z, both := edgeKey(from.key); both {
			b, err := d.join(a, z, from.line)
			if err != nil {
				return err
			}
			if unread, err = d.attributes(b, to, from.line, unread); err != nil {
				return err
			}
			continue
		}
		for _, e := range to {
			b, err := d.join(from.key, e.key, e.line)
			if err != nil {
				return err
			}
			attributes, _ := e.value.(object)
			if unread, err = d.attributes(b, attributes, e.line, unread); err != nil {
				return err
			}
		}
	}
	if unread != nil {
		d.note("attributes of edges not read: %s", words(unread))
	}
	return nil
}

// edgeKey are the nodes in the key of an edge, as meshes have it: 3-5 or (3, 5).
func edgeKey(key string) (a, b string, ok bool) {
	a, b, ok = strings.Cut(strings.Trim(key, "()"), "-")
	if !ok {
		a, b, ok = strings.Cut(strings.Trim(key, "()"), ",")
	}
	return strings.TrimSpace(a), strings.TrimSpace(b), ok
}

// facesOf makes bonds of the edges of faces, each once.
func (d *draft) facesOf(faces object) error {
	for _, f := range faces {
		var around []string
		list, ok := f.value.([]any)
		if !ok {
			return fail(f.line, fmt.Sprintf("face %s is no list of nodes", table.Clip(f.key)), "mend it, or leave it out")
		}
		for _, v := range list {
			switch v := v.(type) {
			case float64:
				around = append(around, strconv.FormatFloat(v, 'f', -1, 64))
			case string:
				around = append(around, v)
			default:
				return fail(f.line, fmt.Sprintf("face %s has a corner that is no node", table.Clip(f.key)), "mend it, or leave it out")
			}
		}
		corners := make([]int, 0, len(around))
		for _, name := range around {
			at, err := d.find(name, f.line)
			if err != nil {
				return err
			}
			corners = append(corners, at)
		}
		if err := d.face(corners, ring(len(corners)), f.line); err != nil {
			return err
		}
	}
	return nil
}

// names of the attributes of an edge, of all graphs, as table.Key makes them.
var (
	stiffnessKeys = []string{"stiffness", "k", "springconstant", "springstiffness"}
	restKeys      = []string{"restlength", "l0", "naturallength", "lrest", "unstressedlength"}
	lengthKeys    = []string{"length", "l", "distance"}
	widthKeys     = []string{"width", "w"}
)

// attributes takes what is known of an edge, and adds the names of the rest to unread.
func (d *draft) attributes(b *bond, all object, line int, unread []string) ([]string, error) {
	for _, e := range all {
		key := table.Key(e.key)
		take := func(to *float64) error {
			v, ok := e.value.(float64)
			if !ok || !(v > 0) {
				return fail(e.line, fmt.Sprintf("`%s` is no number above zero", table.Clip(e.key)), "mend it, or leave it out")
			}
			*to = v
			return nil
		}
		var err error
		switch {
		case e.value == nil:
		case slices.Contains(stiffnessKeys, key):
			if err = take(&b.k); err == nil {
				err = d.stiffness(b, b.k, line)
			}
		case slices.Contains(restKeys, key):
			err = take(&b.rest)
		case slices.Contains(widthKeys, key):
			err = take(&b.width)
		case slices.Contains(lengthKeys, key), slices.Contains(unread, e.key):
		case len(unread) < 100:
			unread = append(unread, e.key)
		}
		if err != nil {
			return unread, err
		}
	}
	return unread, nil
}
