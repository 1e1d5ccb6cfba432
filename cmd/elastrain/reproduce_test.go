package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/paper"
)

// Rows that do not agree are a failure, unless a page says why; those that are left out agree.
func TestMarkedRowsFail(t *testing.T) {
	if err := marked([]paper.Row{{Agrees: true}, {Agrees: true, Left: "no data"}}); err != nil {
		t.Error(err)
	}
	if err := marked([]paper.Row{{Agrees: true}, {Known: "docs/reproduction.md#figure-4-iris"}}); err != nil {
		t.Error(err)
	}
	var failed *cli.NotMetError
	if err := marked([]paper.Row{{Agrees: true}, {}, {}, {Known: "docs/reproduction.md#figure-4-iris"}}); !errors.As(err, &failed) || !strings.Contains(failed.Text, "2 rows of 4") {
		t.Errorf("%v", err)
	}
}
