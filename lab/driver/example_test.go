package driver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/network"
)

// A rig and its host, two programs that speak in lines; here they are two goroutines with pipes between them. The host sees
// a bench like any other, and what the rig refuses it is told in the rig's words.
func Example() {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 0.1, 0, 0.05, -0.05}, Held: []bool{true, true, true, true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 2}}, {Nodes: [2]int{1, 2}}}}
	bench, err := twin.New(net, []float64{100, 100}, twin.Config{Limits: lab.Limits{Force: 0.3}})
	if err != nil {
		fmt.Println(err)
		return
	}
	requests, ask := io.Pipe()
	answers, answer := io.Pipe()
	ended := make(chan error, 1)
	go func() { // the rig: any lab.Bench is one in a line
		err := driver.Serve(bench, requests, answer)
		ended <- errors.Join(err, answer.Close())
	}()
	client := driver.Connect(driver.Link{Name: "rig", R: answers, W: ask, HangUp: func() { _ = ask.Close() },
		End: func(time.Duration) (string, bool) { return "ended", <-ended == nil }}, driver.Options{})

	ctx := context.Background()
	if err := client.Arm(ctx, lab.Limits{}); err != nil {
		fmt.Println(err)
		return
	}
	for _, force := range []float64{0.2, 0.4} {
		if _, err := client.Load(ctx, []lab.Force{{Node: 2, F: [3]float64{0, -force}}}); err != nil {
			fmt.Println(err)
			continue
		}
		frames, err := client.Measure(ctx, 1)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("node 3 is seen at %.3f m\n", frames[0].Nodes[2].X[:2])
	}
	fmt.Println("closed:", client.Close())
	// Output:
	// node 3 is seen at [0.050 -0.052] m
	// Load is refused: 0.4 N on node 3 exceed the limit of 0.3 N
	// closed: <nil>
}
