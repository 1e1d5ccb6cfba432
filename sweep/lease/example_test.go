package lease_test

import (
	"fmt"
	"os"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/sweep/lease"
)

// Two workers share out four parts of a work.
func Example() {
	dir, err := os.MkdirTemp("", "shared")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var workers []*lease.Worker
	for _, name := range []string{"here", "there"} {
		w, err := lease.Join(atomicfile.OS{}, dir, lease.Options{Name: name})
		if err != nil {
			fmt.Println(err)
			return
		}
		workers = append(workers, w)
	}
	for part := 1; part <= 4; part++ {
		for _, w := range workers {
			mine, err := w.Take(part)
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Printf("part %d is of %s: %v\n", part, w.Name(), mine)
		}
		workers[0], workers[1] = workers[1], workers[0]
	}
	// Output:
	// part 1 is of here: true
	// part 1 is of there: false
	// part 2 is of there: true
	// part 2 is of here: false
	// part 3 is of here: true
	// part 3 is of there: false
	// part 4 is of there: true
	// part 4 is of here: false
}
