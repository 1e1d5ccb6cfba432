package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// What a package exports a program outside must be able to name: no exported signature, field or variable has a type of a
// package below internal/.
func TestExportedSignaturesNeedNothingInternal(t *testing.T) {
	looked := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		slash := filepath.ToSlash(path)
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2 || d.Name() == "testdata" || strings.HasSuffix(slash, "../internal") || strings.HasSuffix(slash, "/cmd") || strings.HasSuffix(slash, "/bench")) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		looked++
		for _, name := range internalNames(file) {
			for _, bad := range exportedUses(file, name) {
				t.Errorf("%s: %s has a type of package %s, which no program outside can name", slash, bad, name)
			}
		}
		return nil
	})
	if err != nil || looked < 300 {
		t.Fatalf("looked at %d files, %v", looked, err)
	}
}

// internalNames are the names by which a file calls packages below internal/.
func internalNames(file *ast.File) (names []string) {
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || !strings.HasPrefix(path, module+"internal/") {
			continue
		}
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names = append(names, name)
	}
	return names
}

// exportedUses names what is exported of a file with a type of the package.
func exportedUses(file *ast.File, name string) (found []string) {
	uses := func(n ast.Node) (yes bool) {
		ast.Inspect(n, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == name {
					yes = true
				}
			}
			return !yes
		})
		return yes
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Name.IsExported() && uses(decl.Type) {
				found = append(found, decl.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok && s.Name.IsExported() {
					fields, ok := s.Type.(*ast.StructType)
					if !ok {
						if uses(s.Type) {
							found = append(found, s.Name.Name)
						}
						continue
					}
					for _, field := range fields.Fields.List {
						for _, id := range field.Names {
							if id.IsExported() && uses(field.Type) {
								found = append(found, s.Name.Name+"."+id.Name)
							}
						}
					}
				}
			}
		}
	}
	return found
}
