package studio_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"testing/fstest"

	"github.com/elastrain/elastrain/studio"
)

// A studio of an empty folder is opened as a browser does it: the address with the token gives a cookie and a key, which
// together open the list.
func Example() {
	dir, err := os.MkdirTemp("", "studio")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.WriteFile(filepath.Join(dir, "first.yaml"), []byte("elastrain: 1\ntitle: a first try\n"), 0o666); err != nil {
		log.Fatal(err)
	}
	page := fstest.MapFS{"index.html": {Data: []byte("a page")}}
	s, err := studio.New(studio.Config{Dir: dir, Page: page}, "", 0)
	if err != nil {
		log.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx) }()

	jar, err := cookiejar.New(nil)
	if err != nil {
		log.Fatal(err)
	}
	browser, key := &http.Client{Jar: jar}, ""
	for _, address := range []string{s.Address(false), s.Plain(false) + "api/runs"} {
		q, err := http.NewRequest("GET", address, nil)
		if err != nil {
			log.Fatal(err)
		}
		q.Header.Set("Elastrain-Key", key)
		r, err := browser.Do(q)
		if err != nil {
			log.Fatal(err)
		}
		key = r.Header.Get("Elastrain-Key")
		text, err := io.ReadAll(r.Body)
		if err != nil {
			log.Fatal(err)
		}
		_ = r.Body.Close()
		fmt.Println(r.Status, string(text))
	}
	end()
	fmt.Println(<-ended)
	// Output:
	// 200 OK a page
	// 200 OK {"runs":[]}
	// <nil>
}
