package watch_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/watch"
)

// A log is handed to TensorBoard while it grows; what was handed on is not handed on again.
func Example() {
	dir, err := os.MkdirTemp("", "watch")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	log, err := events.Open(atomicfile.OS{}, dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	feed := watch.NewFeed(atomicfile.OS{}, dir, watch.NewTensorBoard(atomicfile.OS{}, filepath.Join(dir, "board")))
	size := int64(0)
	for _, r := range story() {
		if err := log.Tell(r); err != nil {
			fmt.Println(err)
		}
		if err := log.Flush(); err != nil {
			fmt.Println(err)
		}
		if err := feed.Deliver(context.Background()); err != nil {
			fmt.Println(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "board", "*"))
		for _, f := range files {
			if info, err := os.Stat(f); err == nil {
				fmt.Println(r.Kind, info.Size() > size)
				size = info.Size()
			}
		}
	}
	if err := log.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// head true
	// begin false
	// epoch true
	// epoch true
	// pause false
	// begin false
	// epoch true
	// end true
}
