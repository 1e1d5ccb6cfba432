package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/elastrain/elastrain/"

// file is one Go source file.
type file struct {
	path    string // below the module root, with slashes
	test    bool
	lines   int
	imports []string // as written
	doc     string   // comment above the package clause
	clause  string   // name in the package clause
}

// source is the Go files of each package of the module, by directory below the
// root ("" is the root itself).
type source map[string][]file

// packages lists the directories in order.
func (s source) packages() []string {
	list := make([]string, 0, len(s))
	for dir := range s {
		list = append(list, dir)
	}
	slices.Sort(list)
	return list
}

// readSource parses every Go file below root. Other modules in it, test data,
// and hidden directories are left out; build constraints are ignored, so files
// of other systems count too.
func readSource(root string) (source, error) {
	all := source{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			name := d.Name()
			_, noModule := os.Stat(filepath.Join(path, "go.mod"))
			if path != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "runs" || noModule == nil) {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		f, err := readFile(path)
		if err != nil {
			return err
		}
		f.path = filepath.ToSlash(rel)
		dir, _, _ := cutLast(f.path)
		all[dir] = append(all[dir], f)
		return nil
	})
	return all, err
}

// cutLast cuts a path at its last slash.
func cutLast(path string) (dir, base string, found bool) {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i], path[i+1:], true
	}
	return "", path, false
}

func readFile(path string) (file, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return file{}, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return file{}, err
	}
	f := file{test: strings.HasSuffix(path, "_test.go"), lines: strings.Count(string(text), "\n"), clause: parsed.Name.Name}
	if parsed.Doc != nil {
		f.doc = parsed.Doc.Text()
	}
	for _, spec := range parsed.Imports {
		name, err := importPath(spec)
		if err != nil {
			return file{}, err
		}
		f.imports = append(f.imports, name)
	}
	return f, nil
}

func importPath(spec *ast.ImportSpec) (string, error) { return strconv.Unquote(spec.Path.Value) }

// house reads this module.
func house(t *testing.T) source {
	t.Helper()
	all, err := readSource(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if len(all["spec"]) == 0 || len(all["mechanics"]) == 0 {
		t.Fatal("the module root was not found: spec and mechanics have no files")
	}
	return all
}
