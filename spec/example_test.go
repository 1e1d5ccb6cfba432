package spec_test

import (
	"fmt"

	"github.com/elastrain/elastrain/spec"
)

// What is wrong with a file is said at its place, with the way out.
func ExampleParse() {
	_, err := spec.Parse("mine.yaml", []byte("elastrain: 1\nnetwork: {lattice: chain, size: 4, spacing: 10}\nbonds: {stiffness: 100..170 N/m}\n"+
		"task: {kind: behaviour, cases: [{push: [{node: 5, along: x, force: 1 N}], want: [{node: 3, along: x, move: 1 mm}]}]}\n"))
	for _, e := range err.(spec.Errors) {
		fmt.Println(e.Code, e.Message)
	}
	// Output: E0202 `10` has no unit
}
