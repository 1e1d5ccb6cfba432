package element

// Kinds are all kinds by their names, in the order of the reference. A new kind is a file and a line here.
var Kinds = []Kind{Bar{}, Beam{}, Beam3D{}, Angle{}, Pipe{}, Ground{}}

// Named finds a kind; ok is false if there is none of that name.
func Named(name string) (k Kind, ok bool) {
	for _, k := range Kinds {
		if k.Name() == name {
			return k, true
		}
	}
	return nil, false
}
