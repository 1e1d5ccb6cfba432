package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/spec"
)

// cut opens an experiment again without some bonds, with the parameters that the others have. Where the rest is a mechanism the error
// has the motion.
func (e *Engine) cut(q *request) (*answer, error) {
	o, err := e.one(q)
	if err != nil {
		return nil, err
	}
	if what, way := o.x.CanCut(); what != "" {
		return nil, message.Refuse("train one with fewer: "+way, "this is %s", what)
	}
	if len(q.Bonds) == 0 {
		return nil, message.Refuse("", "cut needs the numbers of `bonds`, from 1")
	}
	cuts := slices.Concat(o.x.Spec.Network.Cut, q.Bonds)
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	words := make([]string, len(cuts))
	for i, bond := range cuts {
		words[i] = fmt.Sprint(bond)
	}
	value := "[" + strings.Join(words, ", ") + "]"
	from := o.from
	text, err := spec.Edit([]byte(from.text), []spec.Change{{Path: "network.cut", Value: value}}, nil)
	if err != nil {
		return nil, err
	}
	from.text = string(text)
	file, err := from.parse()
	if err != nil {
		return nil, err
	}
	if !slices.Equal(file.Spec.Network.Cut, cuts) { // an override says something else
		from.overrides = append(slices.Clone(from.overrides), "network.cut="+value)
		if file, err = from.parse(); err != nil {
			return nil, err
		}
	}
	x, err := e.build(file, from.files, o)
	if err != nil {
		motions := experiment.Motions(file, from.files.read)
		if len(motions) == 0 {
			return nil, err
		}
		m := motions[0]
		return &answer{arrays: []message.Array{message.F8("mode", spread(m.U, m.Dim), len(m.U)/m.Dim, 3)}}, err
	}
	if err := x.StartFrom(x.Inherit(o.x, o.plain.Theta)); err != nil {
		return nil, err
	}
	return e.opens(x, from, nil, map[string]any{"text": from.text})
}
