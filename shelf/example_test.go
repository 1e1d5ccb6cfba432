package shelf_test

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/elastrain/elastrain/shelf"
	"github.com/elastrain/elastrain/task/data"
)

// Importing shelf lets known sets load, if they are on this machine; where they are not, the error says how to bring them.
func Example() {
	fashion, _ := data.IsKnown("fashion-mnist")
	fmt.Println(fashion.Part)
	fmt.Println(slices.Contains(shelf.Places(fashion.Name), filepath.FromSlash("/usr/share/datasets/fashion-mnist")))
	fmt.Println(&data.NotHereError{Set: fashion})
	// Output:
	// 60 000 + 10 000 pictures, 10 classes
	// true
	// the data set fashion-mnist is not on this machine; bring it here by `apt-get install dataset-fashion-mnist`, or put its files into $ELASTRAIN_DATA/fashion-mnist
}
