// Package spec owns the experiment file: strict YAML with units, read into a
// plain Spec in SI units.
//
// Its one idea: the struct tags of spec.go are the file format, and one
// mechanism that reads them does four things.
//
//   - Parse decodes a file and refuses whatever it does not understand, with
//     a picture of the line at fault (Error.Render).
//   - Schema is the same format as a JSON Schema, for editors.
//   - File.Resolved writes the whole experiment with every default spelled out.
//   - Reference is the same format as a page of documentation.
//
// The tags of a field:
//
//	yaml      the key
//	doc       what it means, one line
//	unit      dimension of a quantity: m, N, Pa, N/m, m/N, 1/m or fraction; of a
//	          curve that of each column: m,N
//	default   value when the key is absent, as one would write it
//	oneof     the allowed words, a|b
//	required  the key must be there (where it applies, see only)
//	unless    keys beside which it need not be there, a|b; /a is a section of the file
//	positive  larger than zero (both ends, for a range)
//	closed    a range needs an upper end above its lower end
//	min, max  limits, both included; of each entry, for a list of numbers
//	only      the key applies only beside another key of its section:
//	          kind=regression|classification, lattice=none (key absent), or
//	          column (key present)
//
// What each Go type looks like in a file is its shape (shape.go); a new kind
// of value needs one new shape and nothing else.
//
// Paths name places in a file as people count: task.outputs[2].node is the
// node of the second output.
//
// The package reads no file and no clock: it is handed text. It knows nothing
// of lattices or data either; who builds those objects reports what is wrong
// through File.Errorf, in the same form.
package spec
