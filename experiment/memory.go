package experiment

import (
	"fmt"
	"runtime"
	"strings"
	"unsafe"

	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// Memory is what a training is going to hold at once, an estimate from sizes alone: it
// is known before the large parts are allocated.
type Memory struct {
	Parts []MemoryPart `json:"parts"`
}

// MemoryPart is one part of it.
type MemoryPart struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// Total is the sum of all parts, in bytes.
func (m Memory) Total() int64 {
	sum := int64(0)
	for _, p := range m.Parts {
		sum += p.Bytes
	}
	return sum
}

// factor is the bytes of a sparse factor among them.
func (m Memory) factor() int64 {
	for _, p := range m.Parts {
		if p.Name == "factor of the sparse solver" {
			return p.Bytes
		}
	}
	return 0
}

func (m *Memory) add(name string, bytes int64) {
	m.Parts = append(m.Parts, MemoryPart{name, bytes})
}

// float is the size of a number.
const float = 8

// program is what the program itself takes, with its code and data; reserve is
// the share of everything else that the garbage collector keeps and its tables take.
const (
	program = 40 << 20
	reserve = 0.04
)

// estimate adds up what the experiment takes with a factor of so many bytes; solver names it.
func (b *builder) estimate(c *mechanics.Compatibility, solver string, factor int64) Memory {
	net, l := b.Network, &b.Spec.Learn
	n, m := int64(c.N), int64(c.M)
	var est Memory
	est.add("network and compatibility", int64(len(net.Elements))*int64(unsafe.Sizeof(network.Element{}))+
		float*int64(len(net.Pos))+int64(len(net.Held))+12*int64(cap(c.Col))+4*2*m+4*int64(len(c.Unknown)))
	if solver == "multigrid" {
		est.add("levels of multigrid", factor)
	} else {
		est.add("factor of the "+solver+" solver", factor)
	}
	if solver == "sparse" {
		products := int64(0) // pairs of entries of each row of C, with places and coefficients
		for i := range c.M {
			entries := int64(c.Ptr[i+1] - c.Ptr[i])
			products += entries * (entries + 1) / 2
		}
		est.add("analysis of the sparse solver", 8*products+64*n)
	}
	inputs, outputs, samples := b.sizes()
	columns := inputs + outputs
	if 2*samples < columns { // few samples are loaded one by one; see learn.Batch
		est.add("displacements and elongations", float*(n+2*m))
	} else {
		est.add("answers at the ports", float*max(columns, 8)*(n+m)+float*n)
	}
	est.add("loads and samples", float*samples*(2*inputs+4*outputs)+2*float*n)
	est.add("stiffnesses, ranges and slopes", float*12*m)
	est.add("state of "+l.Method, optimiserBytes(l.Method, l.Memory, m, samples*outputs))
	est.add("history and checkpoint", float*3*m)
	est.add("pictures", float*(4*int64(len(net.Pos))+3*m))
	sum := est.Total()
	est.add("program and garbage collector", program+int64(reserve*float64(sum)))
	return est
}

// estimateSolid is estimate for a body: its algebra is analysed, its numbers are not there yet.
func (b *builder) estimateSolid(s *Solid) Memory {
	body, l := s.Body, &b.Spec.Learn
	n, m, p := int64(body.Space.N), int64(body.M), int64(body.P)
	threads := b.options.Threads
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	var ends, local, square int64 // local coordinates, entries of the derivatives of all deformations, numbers of all element matrices
	for i := range body.Runs {
		r := &body.Runs[i]
		ends += int64(len(r.Elements) * r.Local)
		local += int64(len(r.Elements) * r.Modes * r.Local)
		square += int64(len(r.Elements) * r.Local * (r.Local + 1) / 2)
	}
	inputs, outputs, samples := b.sizes()
	state, work := float*(n+2*m), float*(local+ends+m+n)
	symbolic := s.Eq.Solver()
	var est Memory
	est.add("elements and their deformations", int64(len(body.Elements))*500+28*ends+work+3*state+7*float*n)
	if s.Eq.Linear() {
		est.add("factor of the sparse solver", symbolic.FactorBytes(threads))
		est.add("analysis and element matrices", 16*square+4*ends+12*local+60*int64(symbolic.Fronts())+64*n)
		est.add("answers at the ports", float*max(inputs+outputs, 8)*(n+m)+float*2*m+8*float*n)
	} else {
		lanes := int64(max(1, min(threads, 16, int(samples))))
		est.add("factors of the sparse solver", symbolic.FactorBytes(threads)+(lanes-1)*symbolic.FactorBytes(1))
		est.add("analysis and element matrices", 8*(lanes+1)*square+4*ends+60*int64(symbolic.Fronts())+64*n)
		est.add("states of samples", (samples+5*lanes)*state+(2*lanes-1)*work+lanes*7*float*n)
		est.add("gradients", float*p*min(samples, 16))
	}
	est.add("loads and samples", float*samples*(2*inputs+4*outputs)+2*float*n)
	est.add("parameters, ranges and slopes", float*12*p)
	est.add("state of "+l.Method, optimiserBytes(l.Method, l.Memory, p, samples*outputs))
	est.add("history and checkpoint", float*3*p)
	est.add("pictures", float*(4*int64(len(body.Pos))+3*m))
	sum := est.Total()
	est.add("program and garbage collector", program+int64(reserve*float64(sum)))
	return est
}

// optimiserBytes is the state of a method for n variables and so many residuals.
func optimiserBytes(method string, memory int, n, residuals int64) int64 {
	if memory == 0 {
		memory = optim.DefaultMemory
	}
	vectors := map[string]int64{"gradient-descent": 2, "momentum": 2, "adam": 3, "frank-wolfe": 4, "pattern-search": 2, "genetic": 60, "levels-search": 60, "fewest-changes": 6, "levenberg-marquardt": 3 + 2*residuals}
	if method == "l-bfgs" {
		return float * n * int64(2*memory+6)
	}
	return float * n * vectors[method]
}

// sizes are the numbers of input ports, output ports and training samples that the spec
// asks for, at most; samples of files are not counted.
func (b *builder) sizes() (inputs, outputs, samples int64) {
	t := &b.Spec.Task
	for i := range t.Cases {
		inputs += int64(len(t.Cases[i].Push))
		outputs += int64(len(t.Cases[i].Want))
	}
	samples = int64(max(len(t.Cases), t.Points))
	if t.Data != "" {
		samples = max(samples, 200)
	}
	return inputs + int64(len(t.Inputs)), outputs + int64(len(t.Outputs)), samples
}

// fits says whether it has the memory that it needs.
func (b *builder) fits(m Memory) bool { return b.options.Memory <= 0 || m.Total() <= b.options.Memory }

// admit refuses an experiment that needs more memory than it may have; about is "about", or "at
// least" where the estimate is of the least it can be.
func (b *builder) admit(m Memory, about string) bool {
	limit := b.options.Memory
	if b.fits(m) {
		return true
	}
	var parts []string
	for _, p := range m.Parts {
		if p.Bytes > m.Total()/50 {
			parts = append(parts, fmt.Sprintf("%10s  %s", Size(p.Bytes), p.Name))
		}
	}
	ways := []string{"take a smaller network"}
	switch l := &b.Spec.Learn; {
	case l.Method == "l-bfgs" && l.Memory != 1:
		ways = append(ways, "let l-bfgs remember fewer steps (learn.memory=3)")
	case l.Method == "levenberg-marquardt":
		ways = append(ways, "use learn.method=l-bfgs")
	}
	if b.options.Solver == "dense" {
		ways = append(ways, "use --solver sparse")
	}
	if c := m.factor(); c > m.Total()/2 && b.options.Solver != "dense" {
		ways = append(ways, "use --solver multigrid, which takes some hundred numbers an unknown")
	}
	path := "network"
	if m.data() > m.Total()/2 {
		path, ways = "task.data", []string{"take fewer rows of the data"}
		if b.Spec.Task.Pool == 0 && (b.hubs != nil || b.comb != nil || b.Table == nil || b.Table.Wide > 0) {
			ways = append(ways, "smaller pictures (task.pool=2, and a network for pictures of that size)")
		}
	}
	b.fail("E0705", path, "this takes %s %s of memory, and may take %s", about, Size(m.Total()), Size(limit)).
		WithNote("%s", strings.Join(parts, "\n")).
		WithHelp("%s, or raise the limit with --memory where the machine has more", strings.Join(ways, ", "))
	return false
}

// Size is a number of bytes for people.
func Size(bytes int64) string {
	switch {
	case bytes < 1<<20:
		return fmt.Sprintf("%.0f KiB", float64(bytes)/(1<<10))
	case bytes < 1<<30:
		return fmt.Sprintf("%.0f MiB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%.2f GiB", float64(bytes)/(1<<30))
}

// leastFactor is a lower bound of the factor: L has a diagonal, and an entry or more for every
// bar between two free nodes.
func leastFactor(c *mechanics.Compatibility) int64 {
	entries := int64(c.N)
	for i := range c.M {
		if int(c.Ptr[i+1]-c.Ptr[i]) > c.Dim {
			entries++
		}
	}
	return float * entries
}

// leastOfLattice is a lower bound for a lattice that is not built yet.
func leastOfLattice(s *spec.Network) Memory {
	var m Memory
	m.add("network", int64(min(80*float64(max(len(s.Size), 1))*nodesOfLattice(s), 1<<60)))
	return m
}

// nodesOfLattice is a lower bound of the nodes of a lattice that is not built yet.
func nodesOfLattice(s *spec.Network) float64 {
	nodes := float64(s.Points)
	for _, n := range s.Rows {
		nodes += float64(n)
	}
	for i, n := range s.Layers {
		if nodes += float64(n); i > 0 { // bonds count as much
			nodes += float64(n) * float64(s.Layers[i-1])
		}
	}
	if len(s.Size) > 0 {
		nodes = 1
		for _, n := range s.Size {
			nodes *= float64(n)
		}
	}
	return nodes
}
