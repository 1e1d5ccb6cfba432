package element

import "slices"

// kinds are all kinds: each file of one names it.
var kinds []Kind

func register(k Kind) bool {
	kinds = append(kinds, k)
	return true
}

// Kinds are all kinds, in the order of their files.
func Kinds() []Kind { return slices.Clone(kinds) }

// Named finds a kind; ok is false if there is none of that name.
func Named(name string) (k Kind, ok bool) {
	for _, k := range kinds {
		if k.Name() == name {
			return k, true
		}
	}
	return nil, false
}
