package records

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/task/linear"
)

// Linear is how linear classifiers of standardised features do on the part that is looked at, fitted to the rows that the network
// learned from: linear discriminant analysis, and logistic regression with C = 1 and with C chosen by five folds of these rows.
type Linear struct {
	Discriminant, Logistic, Chosen float64
}

// folds choose C.
const folds = 5

// noLinear is of splits without them.
var noLinear = Linear{math.NaN(), math.NaN(), math.NaN()}

// linearOf fits them for a split. Where the test part is opened, rows that validated are learned from too, as those who use a linear
// classifier would: the network had them to choose its epoch by.
func linearOf(x *experiment.Experiment, rows []int, open bool) (Linear, error) {
	learned := x.TrainRow
	if open {
		learned = slices.Concat(learned, x.ValidRow)
	}
	columns := features(x)
	train, held := linear.Of(x.Table, columns, learned), linear.Of(x.Table, columns, rows)
	lda, err := linear.Discriminant(train)
	if err != nil {
		return noLinear, err
	}
	one, err := linear.Logistic(train, 1)
	if err != nil {
		return noLinear, err
	}
	c, _, err := linear.ChooseC(train, linear.Strengths, folds, x.Spec.Seed)
	if err != nil {
		return noLinear, err
	}
	chosen, err := linear.Logistic(train, c)
	if err != nil {
		return noLinear, err
	}
	return Linear{lda.Accuracy(held), one.Accuracy(held), chosen.Accuracy(held)}, nil
}

// features are the columns of the table that the network is given.
func features(x *experiment.Experiment) []int {
	var columns []int
	for j, name := range x.Table.Features {
		if slices.Contains(x.Inputs, name) {
			columns = append(columns, j)
		}
	}
	return columns
}
