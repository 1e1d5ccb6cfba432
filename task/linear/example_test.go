package linear_test

import (
	"fmt"

	"github.com/elastrain/elastrain/task/data"
	"github.com/elastrain/elastrain/task/linear"
)

// What planes can do with Iris: fitted to 70 % of the flowers, scored on the others.
func Example() {
	table, err := data.Load("iris")
	if err != nil {
		fmt.Println(err)
		return
	}
	trainRows, testRows, err := data.Split(table, 0.7, true, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	train, test := linear.Of(table, nil, trainRows), linear.Of(table, nil, testRows)
	lda, err := linear.Discriminant(train)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d flowers, %d of %d others right\n", train.N, lda.Right(test), test.N)
	// Output: 105 flowers, 44 of 45 others right
}
