package data_test

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/task/data"
)

// Iris flowers become unit loads: split, take the ranges from the training
// part alone, encode one flower.
func Example() {
	iris, err := data.Load("iris")
	if err != nil {
		panic(err)
	}
	train, test, err := data.Split(iris, 0.7, true, 1)
	if err != nil {
		panic(err)
	}
	encoding, err := data.Fit(data.Max, iris, train, nil)
	if err != nil {
		panic(err)
	}
	loads := make([]float64, len(iris.Features))
	encoding.Apply(iris.Row(0), loads)
	fmt.Println(len(train), "to train,", len(test), "to test")
	fmt.Printf("%.3f\n", loads)
	// Output:
	// 105 to train, 45 to test
	// [0.646 0.795 0.209 0.080]
}

// A gap matters only to who asks for its column.
func ExampleReadCSV() {
	text := "length;width;class\n5.1;3.5;setosa\n4.9;;virginica\n"
	flowers, err := data.ReadCSV(strings.NewReader(text), "flowers.csv", data.CSVOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Println(flowers.Column("length"))
	_, err = flowers.Column("width")
	fmt.Println(err)
	// Output:
	// 0 <nil>
	// flowers.csv: line 3, column 2 `width`: empty; remove the row or fill the value
}
