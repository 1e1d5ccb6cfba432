package insitu

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/elastrain/elastrain/lab/driver/inbox"
	"github.com/elastrain/elastrain/spec"
)

// A camera that writes all the time has written a pile of tables when a wait is over.
func TestBacklog(t *testing.T) {
	sketched(t)
	dir := t.TempDir()
	world := &twoBars{dir: dir, f: []float64{0, 0}, k: []float64{100, 100}, done: map[string]bool{}}
	ctx, stop := context.WithCancel(context.Background())
	finished := make(chan error, 1)
	go func() { finished <- world.run(ctx) }()
	defer func() { stop(); <-finished }()
	file, err := spec.Parse("a.yaml", []byte(onTables), "lab.protocol.wait=300 ms", "lab.protocol.repeats=3")
	if err != nil {
		t.Fatal(err)
	}
	tr, err := Open(context.Background(), Request{File: file, Parent: dir, Name: "a", Exact: true,
		Options: Options{Folder: dir, Inbox: inbox.Options{Poll: time.Millisecond, Still: time.Millisecond}}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = tr.Train(context.Background())
	if err := errors.Join(err, tr.Close(context.Background())); err != nil {
		t.Error(err)
	}
}
