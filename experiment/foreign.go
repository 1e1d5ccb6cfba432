package experiment

import (
	"fmt"

	"github.com/elastrain/elastrain/ingest"
	"github.com/elastrain/elastrain/network"
)

// foreign reads the network from a file of another program.
func (b *builder) foreign() {
	s := &b.Spec.Network
	for _, key := range []struct {
		name  string
		given bool
	}{{"nodes", s.Nodes.File != "" || s.Nodes.Pos != nil}, {"bonds", s.Bonds.File != "" || s.Bonds.Pairs != nil}, {"columns", s.Columns != nil}} {
		if key.given {
			b.failKey("E0306", "network."+key.name, "`%s` belongs to tables, and `file` names a file that holds the whole network", key.name).WithHelp("leave one of them out")
		}
	}
	if len(b.errors) > 0 {
		return
	}
	text, ok := b.read("E0304", "network.file", s.File)
	if !ok {
		return
	}
	in, err := ingest.Read(ingest.Input{Name: s.File, Data: text, Length: s.Unit, Springs: s.Springs, Cell: s.Vectors})
	if err != nil {
		b.failBy("E0304", "network.file", fmt.Errorf("%s: %w", s.File, err))
		return
	}
	b.note(s.File, in.Notes)
	b.bonds, b.named = in.Bonds, in.Sets
	net := &network.Network{Dim: in.Nodes.Dim, Pos: in.Nodes.Pos, NodeNumbers: in.Nodes.Numbers, Elements: in.Bonds.Elements}
	if !b.isSolid() {
		b.unstressed()
	}
	b.explicitCell(net)
	b.Network = net
}
