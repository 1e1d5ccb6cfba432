package data

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/table"
)

// The files are those of the Debian package python3-sklearn, byte for byte
// (two of them compressed). Their first line, where there is one, counts rows
// and columns and names the classes; the last column is the class number from 0.
//
//go:embed sets/iris.csv sets/wine.csv sets/breast-cancer.csv.gz sets/digits.csv.gz
var sets embed.FS

// builtin says what an embedded file does not.
type builtin struct {
	name     string
	file     string
	counted  bool     // the first line is counts, not a row
	features []string // in column order
	classes  []string // by class number
	source   string
}

var builtins = []builtin{
	{
		name:    "iris",
		file:    "sets/iris.csv",
		counted: true,
		features: []string{ // centimetres
			"sepal length", "sepal width", "petal length", "petal width",
		},
		classes: []string{"setosa", "versicolor", "virginica"},
		source: "Fisher, R. A. (1936). The use of multiple measurements in taxonomic problems. " +
			"Annals of Eugenics 7, 179-188. UCI Machine Learning Repository, doi:10.24432/C56C76. CC BY 4.0. " +
			"As in scikit-learn 1.2.1, which mends two rows of the UCI file. Lengths in cm.",
	},
	{
		name:    "wine",
		file:    "sets/wine.csv",
		counted: true,
		features: []string{
			"alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids",
			"nonflavanoid phenols", "proanthocyanins", "color intensity", "hue", "OD280/OD315 of diluted wines", "proline",
		},
		classes: []string{"class_0", "class_1", "class_2"}, // three cultivators, not named in the source
		source: "Aeberhard, S. & Forina, M. (1992). Wine. UCI Machine Learning Repository, " +
			"doi:10.24432/C5PC7J. CC BY 4.0. As in scikit-learn 1.2.1.",
	},
	{
		name:     "breast-cancer",
		file:     "sets/breast-cancer.csv.gz",
		counted:  true,
		features: cellFeatures(),
		classes:  []string{"malignant", "benign"},
		source: "Wolberg, W., Mangasarian, O., Street, N. & Street, W. (1993). Breast Cancer Wisconsin (Diagnostic). " +
			"UCI Machine Learning Repository, doi:10.24432/C5DW2B. CC BY 4.0. As in scikit-learn 1.2.1.",
	},
	{
		name:     "digits",
		file:     "sets/digits.csv.gz",
		features: pixels(8, 8),
		classes:  []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
		source: "Alpaydin, E. & Kaynak, C. (1998). Optical Recognition of Handwritten Digits (its test part). " +
			"UCI Machine Learning Repository, doi:10.24432/C50P49. CC BY 4.0. " +
			"As in scikit-learn 1.2.1. Grey values 0 to 16.",
	},
}

// cellFeatures names the 30 columns of breast-cancer as its description does:
// ten properties of the cell nuclei of an image, each as mean, standard error and worst.
func cellFeatures() []string {
	var names []string
	for _, statistic := range []string{"mean", "standard error", "worst"} {
		for _, property := range []string{
			"radius", "texture", "perimeter", "area", "smoothness", "compactness",
			"concavity", "concave points", "symmetry", "fractal dimension",
		} {
			names = append(names, property+" ("+statistic+")")
		}
	}
	return names
}

// Names lists the built-in sets, in the order of their size.
func Names() []string {
	names := make([]string, len(builtins))
	for i, b := range builtins {
		names[i] = b.name
	}
	return names
}

// Load returns a built-in set by one of [Names]. The table belongs to the caller.
// The error is about the name only.
func Load(name string) (*Table, error) {
	i := slices.IndexFunc(builtins, func(b builtin) bool { return b.name == name })
	if i < 0 {
		return nil, fmt.Errorf("no built-in data set `%s`; there are %s", table.Clip(name), list(Names()))
	}
	b := builtins[i]
	body, err := b.text()
	if err != nil {
		return nil, fmt.Errorf("built-in data set %s: %w", name, err)
	}
	return b.table(body)
}

// text is the file of the set, decompressed.
func (b *builtin) text() ([]byte, error) {
	raw, err := sets.ReadFile(b.file)
	if err != nil || !strings.HasSuffix(b.file, ".gz") {
		return raw, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// table reads the file of the set as a CSV file with a header of our own, and
// gives its class numbers their names.
func (b *builtin) table(body []byte) (*Table, error) {
	if b.counted {
		_, body, _ = bytes.Cut(body, []byte("\n"))
	}
	numbers := make([]string, len(b.classes))
	for c := range numbers {
		numbers[c] = strconv.Itoa(c)
	}
	header := strings.Join(b.features, ",") + ",class\n"
	t, err := ReadCSV(io.MultiReader(strings.NewReader(header), bytes.NewReader(body)), b.name,
		CSVOptions{Label: "class", Classes: numbers})
	if err != nil {
		return nil, err
	}
	t.Classes = slices.Clone(b.classes)
	t.Source = b.source
	if b.name == "digits" {
		t.Wide, t.High, t.Full = 8, 8, 16
	}
	return t, nil
}
