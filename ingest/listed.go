package ingest

import (
	"fmt"
	"strconv"

	"github.com/elastrain/elastrain/table"
)

// Keys of what a JSON file lists.
var (
	listedNodes = []string{"nodes", "vertices", "node", "vertex"}
	listedLinks = []string{"links", "edges", "bonds", "edge"}
	listedFaces = []string{"faces", "triangles", "face"}
)

// listed is a list of an object: as it stands, or where it is an object itself its values, with their keys as what named makes of them.
func (o object) listed(keys []string, named func(key entry) []any) []any {
	e := o.get(keys...)
	if e == nil {
		return nil
	}
	switch v := e.value.(type) {
	case []any:
		return v
	case object:
		var list []any
		for _, one := range v {
			list = append(list, named(one)...)
		}
		return list
	}
	return nil
}

// namedNode is a node whose key is its name.
func namedNode(e entry) []any {
	o := object{{"id", e.key, e.line}}
	switch v := e.value.(type) {
	case object:
		return []any{append(o, v...)}
	case []any:
		return []any{append(o, entry{"pos", v, e.line})}
	}
	return []any{e.value}
}

// namedLink is a link whose key is its name, or the links of a node whose key is its name.
func namedLink(e entry) (list []any) {
	to, is := e.value.(object)
	if !is || to.get("source", "from", "a") != nil || len(to) == 0 {
		return []any{e.value}
	}
	for _, one := range to {
		o := object{{"source", e.key, one.line}, {"target", one.key, one.line}}
		attributes, _ := one.value.(object)
		list = append(list, append(o, attributes...))
	}
	return list
}

// listedFacesOf makes bonds of the edges of listed faces.
func (d *draft) listedFacesOf(list []any) error {
	for i, one := range list {
		around, ok := one.([]any)
		if !ok || len(around) < 3 {
			return &Error{Cause: fmt.Sprintf("face %d is no list of three or more nodes", i+1), Fix: "mend it, or leave it out"}
		}
		corners := make([]int, len(around))
		for c, name := range around {
			var err error
			if corners[c], err = d.find(keyOf(name), 0); err != nil {
				return &Error{Cause: fmt.Sprintf("face %d: node %s does not exist", i+1, table.Clip(keyOf(name))), Fix: fmt.Sprintf("the file has %d nodes", len(d.pos))}
			}
		}
		if err := d.face(corners, ring(len(corners)), 0); err != nil {
			return &Error{Cause: fmt.Sprintf("face %d: %v", i+1, err)}
		}
	}
	return nil
}

// keyOf is a name of a node that may be a number or a text.
func keyOf(v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	}
	return fmt.Sprint(v)
}
