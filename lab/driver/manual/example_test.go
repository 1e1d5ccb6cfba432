package manual_test

import (
	"context"
	"fmt"
	"os"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver/manual"
)

// patient is a person who does what every card says. The terminal of package driver is one that types.
type patient struct{}

func (patient) Tell(context.Context, string) error { return nil }
func (patient) Ask(_ context.Context, question string, answers ...string) (string, error) {
	fmt.Println(question)
	fmt.Println(">", answers[0])
	return answers[0], nil
}

// A load of a bench by hand is a card, which a person reads and answers.
func Example() {
	dir, err := os.MkdirTemp("", "cards")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	bench, err := manual.Open(manual.Config{Card: lab.Card{Name: "by hand", Dim: 2, Nodes: 3, Elements: 2}, Inbox: dir, Cards: dir, Person: patient{},
		Read: func(context.Context, string) (nodes, fixed []lab.Mark, err error) { return nil, nil, nil }}) // no photograph is taken here
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	if err := bench.Arm(ctx, lab.Limits{Force: 0.3}); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := bench.Load(ctx, []lab.Force{{Node: 2, F: [3]float64{0, -0.0980665}}}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Step 1. Hang these weights and no others
	//   node 3: 10.00 g, pulling down (0.09807 N)
	// x is to the right and y up, as in the design.
	// Done?
	// > done
}
