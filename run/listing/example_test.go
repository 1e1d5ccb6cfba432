package listing_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/run/listing"
)

// A folder with a run of a version that kept no log: its result tells how it ended. Its experiment says by which rate.
func Example() {
	dir, err := os.MkdirTemp("", "listing")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	at := filepath.Join(dir, "runs", "first")
	if err := os.MkdirAll(at, 0o777); err != nil {
		log.Fatal(err)
	}
	for name, text := range map[string]string{
		"manifest.json": `{"format": 1, "kind": "train", "epochs": 20}`,
		"result.json":   `{"epochs": 20, "loss": 2e-7, "train_error": 0.004}`,
		"resolved.yaml": "elastrain: 1\nlearn: {method: adam, rate: 0.01}\n",
	} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o666); err != nil {
			log.Fatal(err)
		}
	}
	folder, err := listing.Open(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	small, err := listing.ParseCondition("loss<1e-6")
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range folder.Rows(".") {
		value, _, err := r.Value("loss", nil)
		if err != nil {
			log.Fatal(err)
		}
		keys, err := folder.Resolved(r.ID)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(r.ID, r.State, r.Epoch, value, small.Meets(value), keys.Values["learn.rate"])
	}
	// Output:
	// runs/first ended 20 2e-07 true 0.01
}
