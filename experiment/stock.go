package experiment

import (
	"bytes"
	"slices"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/sparse"
	"github.com/elastrain/elastrain/task/data"
)

// Stock keeps parts of the experiments that are built with it, for the next one: tables of data, and of lattices of linear springs that they have no
// mechanism and how they are eliminated. A part is taken again only where what it is made of is equal, so what is built is the same with it and
// without. One goroutine may use it at a time; what it hands out is not written to.
type Stock struct {
	tables []*keptTable
	firm   *mechanics.Compatibility // no motion of it is free
	order  *sparse.Symbolic         // of firm; nil: not known
}

// mostTables is how many tables are kept: the last ones that were used. Beside a table that is read anew, which the estimate of memory knows of, those
// that are kept take at most mostKept bytes with their files.
const (
	mostTables = 4
	mostKept   = 64 << 20
)

// keptTable is a table with all that reading it depended on and said.
type keptTable struct {
	name, label string
	classes     []string
	regression  bool
	files       []keptFile
	sizes       [][2]int // that were foreseen
	notes       []string
	table       *data.Table
}

type keptFile struct {
	name string
	text []byte
}

// matches reports whether reading again would come to the same. It reads the files, so that whoever records them sees them.
func (k *keptTable) matches(files Files) bool {
	for _, f := range k.files {
		if text, err := files(f.name); err != nil || !bytes.Equal(text, f.text) {
			return false
		}
	}
	return true
}

// tableOf reads a set by its name, or takes it out of the stock. classes are those of the training part, nil where this is it.
func (b *builder) tableOf(path, name string, classes []string) (*data.Table, bool) {
	stock := b.options.Stock
	if stock == nil {
		return b.readTable(path, name, classes)
	}
	t := &b.Spec.Task
	for i, k := range stock.tables {
		if k.name != name || k.label != t.Label || k.regression != (t.Kind == "regression") || (k.classes == nil) != (classes == nil) || !slices.Equal(k.classes, classes) || !k.matches(b.files) {
			continue
		}
		for _, size := range k.sizes {
			if !b.foresee(size[0], size[1]) {
				return nil, false
			}
		}
		b.Notes = append(b.Notes, k.notes...)
		stock.tables = append(slices.Delete(stock.tables, i, i+1), k)
		return k.table.Share(), true
	}
	stock.makeRoom()
	k := &keptTable{name: name, label: t.Label, classes: classes, regression: t.Kind == "regression"}
	files, notes := b.files, len(b.Notes)
	b.files = func(name string) ([]byte, error) {
		text, err := files(name)
		k.files = append(k.files, keptFile{name, text})
		return text, err
	}
	b.foreseen = &k.sizes
	table, ok := b.readTable(path, name, classes)
	b.files, b.foreseen = files, nil
	if !ok || len(b.errors) > 0 {
		return table, ok
	}
	k.table, k.notes = table.Share(), slices.Clone(b.Notes[notes:])
	stock.tables = append(stock.tables, k)
	if len(stock.tables) > mostTables {
		stock.tables = slices.Delete(stock.tables, 0, 1)
	}
	return table.Share(), true
}

// makeRoom lets go of the tables that were used longest ago, until what is left is small.
func (s *Stock) makeRoom() {
	kept := int64(0)
	for i, k := range slices.Backward(s.tables) {
		kept += k.table.Bytes()
		for _, f := range k.files {
			kept += int64(len(f.text))
		}
		if kept > mostKept {
			s.tables = slices.Delete(s.tables, 0, i+1)
			return
		}
	}
}

// firm returns the lattice of the stock where it equals c, which is then known to have no mechanism.
func (b *builder) firm(c *mechanics.Compatibility) (*mechanics.Compatibility, bool) {
	if stock := b.options.Stock; stock != nil && stock.firm != nil && stock.firm.Equal(c) {
		return stock.firm, true
	}
	return c, false
}

// keep puts a lattice without mechanisms into the stock.
func (b *builder) keep(c *mechanics.Compatibility) {
	if stock := b.options.Stock; stock != nil && stock.firm != c {
		stock.firm, stock.order = c, nil
	}
}

// eliminated is how c is eliminated, nil where it is not known.
func (b *builder) eliminated(c *mechanics.Compatibility) *sparse.Symbolic {
	if stock := b.options.Stock; stock != nil && stock.firm == c {
		return stock.order
	}
	return nil
}

// keepOrder puts what a solver of c found out into the stock.
func (b *builder) keepOrder(c *mechanics.Compatibility, solver mechanics.Solver) {
	if s, is := solver.(*mechanics.Sparse); is && b.options.Stock != nil && b.options.Stock.firm == c {
		b.options.Stock.order = s.Symbolic()
	}
}
