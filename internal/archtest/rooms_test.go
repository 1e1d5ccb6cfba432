package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// mentions is, of every Go file that is no test, the names of its code: package.Type for types of other packages, Type
// for its own, and every text in quotes, cut at what is no letter, digit or hyphen. Comments do not count.
func mentions(t *testing.T) map[string]map[string]bool {
	t.Helper()
	root, all := filepath.Join("..", ".."), map[string]map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "runs" || name == "examples" || name == "tools") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		names := map[string]bool{}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); ok {
					names[pkg.Name+"."+n.Sel.Name] = true
				}
			case *ast.Ident:
				names[parsed.Name.Name+"."+n.Name] = true
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil {
					names[strconv.Quote(text)] = true
					if _, words, ok := strings.Cut(text, `oneof:"`); ok { // of a tag of the file format
						words, _, _ = strings.Cut(words, `"`)
						for word := range strings.SplitSeq(words, "|") {
							names[strconv.Quote(word)] = true
						}
					}
				}
			}
			return true
		})
		rel, err := filepath.Rel(root, path)
		all[filepath.ToSlash(rel)] = names
		return err
	})
	if err != nil || len(all) < 100 {
		t.Fatalf("%d files, %v", len(all), err)
	}
	return all
}

// where lists the files that mention any of the names.
func where(all map[string]map[string]bool, names ...string) (files []string) {
	for file, has := range all {
		if slices.ContainsFunc(names, func(n string) bool { return has[n] }) {
			files = append(files, file)
		}
	}
	slices.Sort(files)
	return files
}

// core is what plain bonds, supports and pictures of lattices are made of, which have a right to be known elsewhere.
var core = map[string]string{
	"bar":    "a bond of the network that no entry of elements takes",
	"ground": "supports.springs; it has no word of its own among elements",
}

// other is where the word of a kind means something else.
var other = map[string]string{
	"beam network/csvbonds.go":        "a column of a table of bonds, as people call it",
	"angle export/lammps.go":          "what LAMMPS calls atoms with angles",
	"angle experiment/entry.go":       "the key of a rest angle",
	"beam bench/engine/frame.go":      "the frame that the engine is measured on",
	"beam mechanics/element/armed.go": "one whose ends stand on arms deforms as it does",
}

// A kind of element stands in its own file, in the list of laws and as a word of the file format, and nowhere else: so
// one more is three files.
func TestKindsAreKnownNowhere(t *testing.T) {
	all := mentions(t)
	for _, kind := range element.Kinds() {
		typ := reflect.TypeOf(kind)
		files := where(all, "element."+typ.Name(), strconv.Quote(kind.Name()))
		files = slices.DeleteFunc(files, func(file string) bool { return other[kind.Name()+" "+file] != "" })
		t.Logf("%-8s %s", kind.Name(), strings.Join(files, " "))
		if core[kind.Name()] == "" && len(files) > 3 {
			t.Errorf("kind %s is named in %d files: %s; let others ask what it does, by an interface", kind.Name(), len(files), strings.Join(files, ", "))
		}
	}
}

// A law stands in its own file, in the list of laws and as a word of the file format.
func TestLawsAreKnownNowhere(t *testing.T) {
	all := mentions(t)
	given := &law.Given{Young: 1, Thickness: 1, Shear: 1, Points: [][2]float64{{0, 0}, {1, 1}}, Has: func(string) bool { return false }}
	for _, kind := range element.Kinds() {
		for _, name := range law.Names(kind.Name()) {
			l, err := law.For(kind.Name(), name, given)
			if err != nil {
				t.Fatal(err)
			}
			var typ any = l
			if bond, ok := l.(law.Bond); ok {
				typ = bond.Curve
			}
			of := reflect.TypeOf(typ)
			if of.Kind() == reflect.Pointer {
				of = of.Elem()
			}
			if of.Name() == "Spring" { // Hooke's, of bonds
				continue
			}
			files := where(all, "law."+of.Name())
			t.Logf("%-8s %-16s %-12s %s", kind.Name(), name, of.Name(), strings.Join(files, " "))
			if len(files) > 2 {
				t.Errorf("law %s of %s is named in %d files: %s; let others ask what it does, by an interface", name, kind.Name(), len(files), strings.Join(files, ", "))
			}
		}
	}
}
