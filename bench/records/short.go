package records

const (
	discriminant = "linear discriminant analysis"
	logistic     = "logistic regression, C = 1"
	chosen       = "logistic regression, C chosen by five folds"

	seeds = "seeds.yaml of bench/records says where the rows are and how they become seeds.csv"
)

// Short are the records that take seconds, as docs/records.md has them.
var Short = []Record{
	{Name: "xor", File: "examples/xor.yaml", Splits: 20, Training: true, Accuracy: 100},
	{Name: "digits", File: "examples/digits.yaml", Splits: 5, Accuracy: 97.40},
	{Name: "wine", File: "bench/records/wine.yaml", Splits: 10, Accuracy: 98.87, Linear: discriminant, Better: 0},
	{Name: "breast-cancer", File: "bench/records/breast-cancer.yaml", Splits: 5, Accuracy: 97.66, Linear: logistic, Better: 0.23},
	{Name: "penguins", File: "bench/records/penguins.yaml", Splits: 10, Accuracy: 98.83, Linear: chosen, Better: 0.29},
	{Name: "seeds", File: "bench/records/seeds-forces.yaml", Splits: 10, Accuracy: 96.19, Linear: discriminant, Better: 0.16, Get: seeds},
	{Name: "digits by forces", File: "bench/records/digits-forces.yaml", Splits: 5, Accuracy: 97.22, Linear: logistic, Better: -0.07},
	{Name: "iris", File: "examples/iris.yaml", Splits: 10, Accuracy: 98.00, Linear: discriminant, Better: 0.44},
}
