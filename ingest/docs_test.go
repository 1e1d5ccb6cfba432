package ingest_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/ingest"
)

var update = flag.Bool("update", false, "write the table of formats that are read in docs/files.md anew; look at the difference")

// docs/files.md has the table of the list of formats.
func TestTableIsUpToDate(t *testing.T) {
	const path, begin, end = "../docs/files.md", "<!-- formats that are read -->\n", "<!-- end of formats that are read -->\n"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the table", path)
	}
	want := before + begin + ingest.Table() + end + after
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(page) != want {
		t.Errorf("the table in %s is not that of the list; run `go test ./ingest -run UpToDate -update`", path)
	}
}

// The limit that documents tell is the one that holds.
func TestLimitIsTold(t *testing.T) {
	text, err := os.ReadFile("../docs/files.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("a file of %d MiB (.npz and .mat %d GiB unpacked)", ingest.MostBytes>>20, 4*ingest.MostBytes>>30); !strings.Contains(string(text), want) {
		t.Errorf("docs/files.md does not say %q", want)
	}
}
