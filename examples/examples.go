// Package examples holds experiment files that are commented starting points,
// each of them a working experiment, and what they read. `elastrain new` prints
// them.
package examples

import (
	"embed"
	"strings"
)

//go:embed *.yaml *.csv *.passport li-mao-2024/*.yaml drivers/two_bars.py drivers/two_bars.sh
var files embed.FS

// kinds in the order in which people want them.
var kinds = []struct{ name, summary string }{
	{"iris", "classify iris flowers with 28 bonds"},
	{"behaviour", "answer one push with two wanted displacements"},
	{"left-right", "answer a symmetric push asymmetrically, as far as the bonds allow"},
	{"levels", "bonds of two stiffnesses: which each gets"},
	{"allostery", "squeeze a pair of nodes, and a pair far away opens"},
	{"regression", "learn displacements proportional to a force, from data"},
	{"flowers", "classify the rows of a CSV file of your own"},
	{"xor", "exclusive or, by inputs that set stiffnesses: what no linear network answers"},
	{"digits", "tell handwritten digits apart by springs that pixels stiffen"},
	{"mnist", "the same on MNIST, in a minute; the pictures are not built in"},
	{"digits-comb", "digits on ten combs that lie in one plane"},
	{"comb", "irises, told apart by strips of leaves that can be printed and set by pegs"},
	{"wine", "classify wines on a larger lattice"},
	{"sequence-wine", "wines on a lattice that also learns irises, one task after the other"},
	{"sequence-iris", "irises on the lattice of `sequence-wine`, by ports of their own"},
	{"chain", "one dimension: springs in series, the smallest network"},
	{"truss3d", "a cubic lattice in space"},
	{"large-lattice", "90 000 nodes learn a behaviour: how far the solver goes"},
	{"disordered", "a random network with a Delaunay triangulation"},
	{"lab-behaviour", "train on a bench, here on a simulated specimen"},
	{"lab-iris", "classify iris flowers on a bench, by loads at the ports"},
	{"lab-part", "train for one part, whose bonds were measured and one is cracked"},
	{"lab-frame", "a frame of beams learns on a bench, seen by where its nodes are"},
	{"two-behaviours", "two behaviours on 21 beams that drives make softer, below zero too"},
	{"lab-xor", "exclusive or on a bench that sets springs for every sample"},
	{"two-bars", "train on a bench that a program drives"},
	{"frame", "beams welded at their nodes, by their widths: what a printed lattice is"},
	{"frame3d", "a space frame bends and twists"},
	{"angles", "angular springs hold a floppy lattice"},
	{"fold", "rest angles of creases learn, and a flat strip folds itself"},
	{"hardening", "bonds that harden answer out of proportion"},
	{"measured", "springs from a testing machine, by points of force and elongation"},
	{"large-deformation", "a lattice pulled far, beyond linear theory"},
	{"arch", "a shallow arch snaps through; solve --path follows it"},
	{"geometry", "places of nodes learn, and a lattice of equal bonds answers by its shape"},
	{"polymer", "a chain that resists being bent, in space"},
	{"rest-length", "rest lengths learn, and a strip curls by itself"},
	{"rest-length-16", "a strained pair strains a pair far away, by rest lengths and coupled learning"},
	{"motion-divider", "two springs in a row divide a motion by rest lengths, set by half turns"},
	{"symmetrise", "a network mounted askew makes itself symmetric by rest lengths"},
	{"rest-angle", "natural angles learn, and a straight chain curls by itself"},
	{"flow", "conductances of a network of pipes or resistors learn"},
	{"bone", "bonds grow where they are strained and waste where they are not"},
	{"vein", "pipes grow that carry much; loops live where sinks take turns"},
	{"jammed", "a packing of particles, periodic: its contacts learn"},
	{"auxetic", "a packing loses bonds and learns, until it is auxetic in every direction"},
	{"fibres", "a network of fibres welded where they cross"},
	{"gel", "a gel of entropic springs, which learns by itself while it is warm"},
	{"cell", "a periodic cell of beams becomes auxetic: moduli as outputs"},
	{"explicit", "list nodes and bonds yourself; rollers and springs to ground"},
}

// File is a file beside the experiment files.
type File struct {
	Name    string `json:"file"`
	Summary string `json:"summary"`
	path    string
}

// Files lists what experiment files read, and tables to try a trained network on.
func Files() []File {
	return []File{
		{"flowers.csv", "30 irises, which `flowers` trains on", "flowers.csv"},
		{"xor.csv", "the four rows of exclusive or, which `xor` trains on", "xor.csv"},
		{"spring.csv", "force against elongation of one spring, which `measured` is made of", "spring.csv"},
		{"part.passport", "what is known of the part of `lab-part`", "part.passport"},
		{"unseen.csv", "30 irises that `iris` does not train on, for eval --data", "unseen.csv"},
		{"two_bars.py", "the driver of `two-bars`, in Python", "drivers/two_bars.py"},
		{"two_bars.sh", "the same in shell and awk", "drivers/two_bars.sh"},
	}
}

// Content is a file of Files; ok is false if there is none of that name.
func Content(name string) (text []byte, ok bool) {
	for _, f := range Files() {
		if f.Name == name {
			text, err := files.ReadFile(f.path)
			return text, err == nil
		}
	}
	return nil, false
}

// Names lists the examples.
func Names() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// Summary is one line about an example.
func Summary(name string) string {
	for _, k := range kinds {
		if k.name == name {
			return k.summary
		}
	}
	return ""
}

// Text is the file of an example; ok is false if there is none of that name.
func Text(name string) (text []byte, ok bool) {
	if Summary(name) == "" {
		return nil, false
	}
	text, err := files.ReadFile(strings.ToLower(name) + ".yaml")
	return text, err == nil
}

// Paper is an experiment of Li & Mao 2024 as its authors' program has it:
// behaviour-left, iris or regression. It panics if there is none of that name.
func Paper(name string) []byte {
	text, err := files.ReadFile("li-mao-2024/" + name + ".yaml")
	if err != nil {
		panic("examples: " + err.Error())
	}
	return text
}
