package page_test

import (
	"fmt"
	"io/fs"
	"log"

	"github.com/elastrain/elastrain/studio/page"
)

// The page begins with index.html.
func Example() {
	text, err := fs.ReadFile(page.Files(), "index.html")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text[:15]))
	// Output:
	// <!doctype html>
}
