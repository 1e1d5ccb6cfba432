package experiment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/spec"
)

// Laws lists the kinds of elements, their laws, and what the file says of each: the keys that a law needs, after a
// semicolon those that it may have. It is asked of the laws themselves.
func Laws() string {
	var b strings.Builder
	for _, kind := range element.Kinds() {
		var groups [][2]string // names of laws, their parameters
		for _, name := range law.Names(kind.Name()) {
			keys := keysOf(kind.Name(), name)
			if n := len(groups); n > 0 && groups[n-1][1] == keys {
				groups[n-1][0] += ", " + name
				continue
			}
			groups = append(groups, [2]string{name, keys})
		}
		for i, g := range groups {
			what := ""
			if i == 0 {
				what = kind.Name()
			}
			fmt.Fprintf(&b, "  %-8s %s: %s\n", what, g[0], g[1])
		}
	}
	return b.String()
}

// keysOf are the keys of a law, found by giving it one parameter after the other.
func keysOf(kind, name string) string {
	given := func(key string, m law.Given) ([]string, error) {
		m.Has = func(param string) bool { return key != "" && (param == key || param == nameOf(key)) }
		l, err := law.For(kind, name, &m)
		if err != nil {
			return nil, err
		}
		var keys []string
		for _, p := range l.Params() {
			keys = append(keys, keyOf(p))
		}
		return keys, nil
	}
	solid := law.Given{Young: 1, Thickness: 1, Shear: 1}
	curve := ""
	if _, err := given("", solid); err != nil { // without points
		solid.Points, curve = [][2]float64{{0, 0}, {1, 1}}, "points, "
	}
	words := func(key string) (keys []string, text string) {
		keys, err := given(key, solid)
		if err != nil {
			panic("experiment: a law that cannot be listed: " + err.Error())
		}
		text = curve + strings.Join(keys, ", ")
		if _, err := given(key, law.Given{Points: solid.Points}); err != nil {
			text += " with a material"
		}
		return keys, text
	}
	needed, text := words("")
	var others []string
	for _, v := range (&spec.Element{}).Parameters() {
		keys, other := words(v.Key)
		switch {
		case !slices.Contains(keys, v.Key) || slices.Contains(needed, v.Key):
		case slices.Contains(keys, needed[0]):
			others = append(others, v.Key)
		default:
			text += ", or " + other
		}
	}
	if others != nil {
		text += "; " + strings.Join(others, ", ")
	}
	return text
}
