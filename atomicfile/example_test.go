package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
)

// A file is replaced as a whole: when what should stand in it cannot be made to the end, it keeps what it had.
func Example() {
	dir, err := os.MkdirTemp("", "whole")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var fsys atomicfile.OS
	path := filepath.Join(dir, "stiffness.csv")
	if err := atomicfile.WriteFile(fsys, path, []byte("bond,stiffness (N/m)\n1,100\n")); err != nil {
		fmt.Println(err)
		return
	}
	err = atomicfile.WriteStream(fsys, path, func(w io.Writer) error {
		_, err := io.WriteString(w, "bond,stiffness (N/m)\n")
		return errors.Join(err, errors.New("the bench fell silent"))
	})
	fmt.Println("failed:", err != nil)
	text, err := atomicfile.ReadFile(fsys, path, 1<<20)
	if err != nil {
		fmt.Println(err)
		return
	}
	names, err := fsys.List(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%q: %q\n", names, text)
	// Output:
	// failed: true
	// ["stiffness.csv"]: "bond,stiffness (N/m)\n1,100\n"
}
