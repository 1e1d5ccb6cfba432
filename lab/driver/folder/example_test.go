package folder_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver/folder"
	"github.com/elastrain/elastrain/lab/driver/inbox"
)

// follow is the other program: it waits for an order, moves its motors, and says that it is done.
func follow(order string) error {
	for {
		if _, err := os.Stat(order + ".json"); err == nil {
			return os.WriteFile(order+".done", nil, 0o644)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}

// A bench of files: an order is a file, its answer an empty one, and a look is a table that a tracking program writes.
func Example() {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx := context.Background()
	bench, err := folder.Open(folder.Config{Card: lab.Card{Name: "files", Dim: 2, Nodes: 3, Elements: 2}, Tracks: dir, Orders: dir,
		Inbox: inbox.Options{Poll: time.Millisecond, Still: time.Millisecond}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := bench.Arm(ctx, lab.Limits{Force: 0.3}); err != nil {
		fmt.Println(err)
		return
	}
	order, followed := filepath.Join(dir, "load-0001"), make(chan error)
	go func() { followed <- follow(order) }()
	_, err = bench.Load(ctx, []lab.Force{{Node: 2, F: [3]float64{0, -0.2}}})
	if err = errors.Join(err, <-followed); err != nil {
		fmt.Println(err)
		return
	}
	text, err := os.ReadFile(order + ".json")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", text)

	table := "# load 1\nnode,x (mm),y (mm),sigma (um)\n1,0,0,5\n2,100,0,5\n3,50.01,-52.04,5\n"
	if err := os.WriteFile(filepath.Join(dir, "track.csv"), []byte(table), 0o644); err != nil {
		fmt.Println(err)
		return
	}
	frames, err := bench.Measure(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	node := frames[0].Nodes[2]
	fmt.Printf("node 3 is at %.5f m, give or take %.0e m\n", node.X[:2], node.Sigma)
	bench.Leave() // orders that the load is taken off, and waits for nobody
	// Output:
	// {"id":1,"verb":"load","forces":[{"node":3,"f":[0,-0.2]}]}
	// node 3 is at [0.05001 -0.05204] m, give or take 5e-06 m
}
