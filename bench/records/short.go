package records

const (
	discriminant = "linear discriminant analysis"
	logistic     = "logistic regression, C = 1"
)

// Short are the records that take seconds, as docs/records.md has them.
var Short = []Record{
	{Name: "xor", File: "examples/xor.yaml", Splits: 20, Training: true, Accuracy: 100},
	{Name: "digits", File: "examples/digits.yaml", Splits: 5, Accuracy: 97.40},
	{Name: "wine", File: "bench/records/wine.yaml", Splits: 10, Accuracy: 98.87, Linear: discriminant, Better: 0},
	{Name: "iris", File: "examples/iris.yaml", Splits: 10, Accuracy: 98.00, Linear: discriminant, Better: 0.44},
}
