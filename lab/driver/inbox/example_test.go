package inbox_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/lab/driver/inbox"
)

// A directory that a phone shares: what was there before is old, a new file is handed on once.
func Example() {
	dir, err := os.MkdirTemp("", "inbox")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	photo := func(name string) error { return os.WriteFile(filepath.Join(dir, name), []byte("a photograph"), 0o644) }
	if err := photo("yesterday.jpg"); err != nil {
		fmt.Println(err)
		return
	}
	box, err := inbox.Open(dir, []string{".jpg"}, inbox.Options{Poll: time.Millisecond, Still: time.Millisecond})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := photo("loaded.jpg"); err != nil {
		fmt.Println(err)
		return
	}
	file, err := box.Next(context.Background(), time.Minute)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(filepath.Base(file.Path))
	_, err = box.Next(context.Background(), 5*time.Millisecond)
	fmt.Println("another:", err == nil)
	// Output:
	// loaded.jpg
	// another: false
}
