package spec

import "reflect"

// Taken is what a key of an experiment file takes, as far as values can be spread over it.
type Taken struct {
	Whole    bool   // a whole number, such as learn.epochs
	Number   bool   // a number, with or without a unit
	Quantity string // its dimension, as Quantity takes it; "" for a bare number
}

// Takes is what the key at a path such as learn.rate or task.inputs[2].force takes; ok is false where the format has no such key.
func Takes(path string) (t Taken, ok bool) {
	o := &overrider{text: path, src: &source{name: "command line"}}
	steps, errs := o.steps(path)
	if errs != nil || len(steps) == 0 {
		return t, false
	}
	inner, entry := root, false
	var f *field
	for _, s := range steps {
		if entry = s.entry > 0; entry {
			if f == nil {
				return t, false
			}
			inner = f.inside()
			continue
		}
		if inner == nil {
			return t, false
		}
		if f = inner.field(s.key); f == nil {
			return t, false
		}
		inner = f.section()
	}
	if entry { // of a list: what its entries are is known to the shape of the list alone
		return t, true
	}
	switch f.typ {
	case reflect.TypeFor[int](), reflect.TypeFor[uint64](), reflect.TypeFor[Batch]():
		return Taken{Whole: true, Number: true}, true
	case reflect.TypeFor[float64](), reflect.TypeFor[*float64]():
		t.Number = true
		if f.dim != nil {
			t.Quantity = f.dim.tag
		}
	}
	return t, true
}
