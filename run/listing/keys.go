package listing

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Keys are the keys of an experiment with their values as text, in the order of the file: learn.rate, task.cases[2].push[1].force. Lists count
// from 1; a list of plain values is one value.
type Keys struct {
	Names  []string
	Values map[string]string
}

// Resolved reads the keys of the experiment of a run, with all that it does not say at its default. It has none where the run keeps no such file.
func (f Folder) Resolved(id string) (Keys, error) {
	text, err := f.Text(path.Join(id, "resolved.yaml"), MostManifest)
	if err != nil || text == nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return Keys{}, err
	}
	keys, err := Flat(text)
	if err != nil {
		return Keys{}, fmt.Errorf("%s is damaged: %w", path.Join(id, "resolved.yaml"), err)
	}
	return keys, nil
}

// Flat reads the keys of a YAML text.
func Flat(text []byte) (k Keys, err error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return k, err
	}
	k.Values = map[string]string{}
	for _, doc := range file.Docs {
		k.take("", doc.Body)
	}
	return k, nil
}

// take adds what stands at a path.
func (k *Keys) take(at string, n ast.Node) {
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			k.pair(at, v)
		}
	case *ast.MappingValueNode:
		k.pair(at, n)
	case *ast.SequenceNode:
		var words []string
		for _, v := range n.Values {
			switch v.Type() {
			case ast.MappingType, ast.MappingValueType, ast.SequenceType:
				for i, v := range n.Values {
					k.take(fmt.Sprintf("%s[%d]", at, i+1), v)
				}
				return
			}
			words = append(words, scalar(v))
		}
		k.put(at, "["+strings.Join(words, ", ")+"]")
	case nil:
	default:
		k.put(at, scalar(n))
	}
}

func (k *Keys) pair(at string, v *ast.MappingValueNode) {
	name := scalar(v.Key)
	if at != "" {
		name = at + "." + name
	}
	k.take(name, v.Value)
}

func (k *Keys) put(at, value string) {
	if _, has := k.Values[at]; !has {
		k.Names = append(k.Names, at)
	}
	k.Values[at] = value
}

// scalar is a plain value as it is written, without quotes.
func scalar(n ast.Node) string {
	if n == nil {
		return ""
	}
	if t := n.GetToken(); t != nil {
		return t.Value
	}
	return n.String()
}
