package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// A learning rule is a short file, and knows no rig: it asks for interfaces of package learn, never for a type that can be loaded.
func TestRulesKnowNoRig(t *testing.T) {
	rigs := map[string]bool{}
	each(t, "../../learn", func(_ string, f *ast.File) {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Name.Name == "Apply" {
				of := fn.Recv.List[0].Type
				if star, ok := of.(*ast.StarExpr); ok {
					of = star.X
				}
				rigs[of.(*ast.Ident).Name] = true
			}
		}
	})
	if !rigs["Exact"] || !rigs["Statics"] || !rigs["Finite"] {
		t.Fatalf("the rigs of package learn are %v", rigs)
	}
	allowed := map[string]bool{module + "learn": true, module + "task": true, module + "mechanics": true, module + "internal/elementary": true}
	files := 0
	each(t, "../../learn/rule", func(name string, f *ast.File) {
		files++
		for _, i := range f.Imports {
			if path := strings.Trim(i.Path.Value, `"`); strings.HasPrefix(path, module) && !allowed[path] {
				t.Errorf("%s imports %s", name, path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if of, ok := s.X.(*ast.Ident); ok && of.Name == "learn" && (rigs[s.Sel.Name] || rigs[strings.TrimPrefix(s.Sel.Name, "New")]) {
					t.Errorf("%s knows the rig learn.%s", name, s.Sel.Name)
				}
			}
			return true
		})
	})
	if files < 8 {
		t.Errorf("%d files of rules", files)
	}
}

// Files of rules have fewer than 150 lines.
func TestRulesAreShort(t *testing.T) {
	all, err := readSource("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(all["learn/rule"]) == 0 {
		t.Fatal("no rules")
	}
	for _, f := range all["learn/rule"] {
		if !f.test && f.lines >= 150 {
			t.Errorf("%s has %d lines", f.path, f.lines)
		}
	}
}

// each parses the files of a directory, without tests.
func each(t *testing.T, dir string, visit func(name string, f *ast.File)) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		visit(name, f)
	}
}
