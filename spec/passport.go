package spec

import (
	"fmt"
	"reflect"
	"regexp"
)

var day = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)

// Passport is what is known of a lattice as it was made: a file of its own, which `elastrain lab identify --passport` writes
// and the key lab.passport names.
type Passport struct {
	Version  int               `yaml:"passport" required:"true" min:"1" doc:"version of the form of passports: 1"`
	Part     string            `yaml:"part" doc:"what the part is called"`
	Network  string            `yaml:"network" required:"true" doc:"SHA-256 of nodes, bonds and supports, as the experiment has them"`
	Date     string            `yaml:"date" doc:"day of the last measurement"`
	Noise    float64           `yaml:"noise" unit:"m" min:"0" max:"1" doc:"standard deviation of a coordinate of a mark in one look"`
	Misfit   float64           `yaml:"misfit" min:"0" doc:"mean square of what the stiffnesses leave unexplained, by the noise: about 1 if both are right"`
	Trusted  PassportTrust     `yaml:"trusted" doc:"what was known before anything was measured"`
	Measured []PassportSession `yaml:"measured" doc:"where the measurements are"`
	Joint    PassportJoint     `yaml:"joint" doc:"how the errors of all bonds and marks hang together; without it each is by itself"`
	Bonds    []PassportBond    `yaml:"bonds" required:"true" doc:"every bond that is not cut in the experiment"`
	Marks    []PassportMark    `yaml:"marks" doc:"marks that are seen to move farther or less than they do; the others show what is"`
}

// PassportTrust is the prior of the identification.
type PassportTrust struct {
	Spread float64 `yaml:"spread" unit:"fraction" min:"0" doc:"standard deviation of ln of the stiffness of each bond by itself"`
	Common float64 `yaml:"common" unit:"fraction" min:"0" doc:"the same of all bonds together"`
	Wander float64 `yaml:"wander" unit:"fraction" min:"0" doc:"the same of the change of each bond in a day"`
	Marks  float64 `yaml:"marks" unit:"fraction" min:"0" doc:"the same of how far each mark is seen to move"`
	Cracks float64 `yaml:"cracks" unit:"fraction" min:"0" doc:"chance that a bond is cracked"`
}

// PassportSession is a session that was measured.
type PassportSession struct {
	Session string `yaml:"session" required:"true" doc:"its uid, as in the first line of its journal"`
	Journal string `yaml:"journal" doc:"SHA-256 of its journal at that time"`
	Steps   string `yaml:"steps" doc:"from which step to which"`
	Loads   int    `yaml:"loads" min:"0" doc:"load cases that were used"`
}

// PassportJoint names the arrays beside the passport.
type PassportJoint struct {
	File   string  `yaml:"file" doc:"archive of arrays (.npz) beside this file"`
	SHA256 string  `yaml:"sha256" doc:"its SHA-256"`
	Common float64 `yaml:"common" unit:"fraction" min:"0" doc:"without a file: the part of every sigma that all bonds share"`
}

// PassportBond is what is known of a bond.
type PassportBond struct {
	Bond      int     `yaml:"bond" required:"true" min:"1" doc:"its number"`
	Stiffness float64 `yaml:"stiffness" unit:"N/m" required:"true" min:"0" doc:"that it has; 0 where it is cut"`
	Asked     float64 `yaml:"asked" unit:"N/m" required:"true" positive:"true" doc:"that it was asked for; asked for another, it has the same share of it"`
	Sigma     float64 `yaml:"sigma" unit:"fraction" required:"true" min:"0" doc:"standard deviation of ln of the stiffness"`
	Told      float64 `yaml:"told" unit:"fraction" min:"0" max:"1" doc:"share of what was unknown that the measurements removed"`
	From      float64 `yaml:"from" unit:"N/m" min:"0" doc:"smallest stiffness that it was asked for while it was measured"`
	To        float64 `yaml:"to" unit:"N/m" min:"0" doc:"the largest"`
	Law       string  `yaml:"law" oneof:"linear" default:"linear" doc:"how its force follows its elongation"`
	Wanders   float64 `yaml:"wanders" unit:"fraction" min:"-10" max:"10" doc:"change of ln of its stiffness in a day"`
	Wander    float64 `yaml:"wanders_sigma" unit:"fraction" min:"0" max:"10" doc:"standard deviation of it"`
	Damage    string  `yaml:"damage" oneof:"none|cracked|cut" default:"none" doc:"whether it is damaged"`
}

// PassportMark is what is known of the mark of a node.
type PassportMark struct {
	Node  int     `yaml:"node" required:"true" min:"1" doc:"its node"`
	Gain  float64 `yaml:"gain" required:"true" min:"0.01" max:"100" doc:"how far it is seen to move by how far it moves"`
	Sigma float64 `yaml:"sigma" unit:"fraction" required:"true" min:"0" max:"10" doc:"standard deviation of ln of it"`
}

// MostShare is how many times as much as it was asked for a bond may have, and the least share by its inverse.
const MostShare = 1e6

// PassportVersion is the version of the form that this package reads.
const PassportVersion = 1

var passportRoot = newSection(reflect.TypeFor[Passport]())

// PassportFile is a passport that was read: what it says, and where.
type PassportFile struct {
	Passport
	file File
}

// ParsePassport reads a passport. The error is of type Errors and holds everything that is wrong with it by itself.
func ParsePassport(name string, text []byte) (*PassportFile, error) {
	src, clean, bad := newSource(name, text)
	if bad != nil {
		return nil, Errors{bad}
	}
	tree, errs := parseYAML(src, clean, 0)
	if tree == nil {
		return nil, errs
	}
	if tree.kind == null {
		return nil, Errors{problem("E0110", "the file is empty").WithLabel("here a passport is due").
			WithHelp("`elastrain lab identify` writes one with --passport").place("", span{src, 1, 1, 1})}
	}
	p := &PassportFile{file: File{Name: name, Text: text, nodes: map[string]*node{}, tree: tree}}
	tree.index("", p.file.nodes)
	if n := tree.get("passport"); n != nil && n.kind == scalar && !n.quoted && n.text != fmt.Sprint(PassportVersion) {
		return nil, Errors{p.Errorf("E0109", "passport", "this passport is in version `%s` of the form", n.text).
			WithLabel("this program reads version %d", PassportVersion).WithHelp("use the release of elastrain that wrote it, or identify the part again")}
	}
	d := &decoder{errs: errs}
	if v, ok := passportRoot.read(d, tree, &field{}); ok {
		p.Passport = v.(Passport)
		d.errs = append(d.errs, p.check()...)
	}
	if d.errs != nil {
		d.errs.Sort()
		return nil, d.errs
	}
	return p, nil
}

// Errorf makes an error about the value at a path of the passport, such as bonds[2].sigma.
func (p *PassportFile) Errorf(code, path, format string, args ...any) *Error {
	return p.file.Errorf(code, path, format, args...)
}

// check looks for what no single key shows.
func (p *PassportFile) check() (errs Errors) {
	report := func(path, format string, args ...any) *Error {
		e := p.Errorf("E0907", path, format, args...)
		errs = append(errs, e)
		return e
	}
	seen := map[int]int{}
	for i, b := range p.Bonds {
		path := fmt.Sprintf("bonds[%d]", i+1)
		if first := seen[b.Bond]; first > 0 {
			report(path+".bond", "bond %d is there twice", b.Bond).WithHelp("it stands in entry %d too: take one out", first)
		}
		seen[b.Bond] = i + 1
		switch cut := b.Damage == "cut"; {
		case cut && b.Stiffness != 0:
			report(path+".stiffness", "bond %d is cut, and has a stiffness", b.Bond).WithHelp("write `stiffness: 0 N/m`, or `damage: cracked`")
		case !cut && b.Stiffness == 0:
			report(path+".stiffness", "bond %d has no stiffness", b.Bond).WithHelp("write `damage: cut` where nothing is left of it")
		case !cut && !(b.Stiffness <= MostShare*b.Asked && b.Asked <= MostShare*b.Stiffness):
			report(path+".stiffness", "bond %d has %.3g times what it was asked for", b.Bond, b.Stiffness/b.Asked).WithHelp("a bond has between a millionth and a million times that; most likely an exponent or a unit is mistyped, here or in `asked`")
		case b.Sigma > 10:
			report(path+".sigma", "the stiffness of bond %d is known to a factor of e^%.3g, which is not known at all", b.Bond, b.Sigma).WithHelp("a sigma is a share such as 3 %%")
		case b.To < b.From:
			report(path+".to", "the largest stiffness that bond %d was asked for is below the smallest", b.Bond).WithHelp("write the smaller one into `from`")
		}
	}
	if p.Date != "" && !day.MatchString(p.Date) {
		report("date", "`%s` is no day", p.Date).WithHelp("write it as in `date: \"2026-11-28\"`")
	}
	marks := map[int]bool{}
	for i, m := range p.Marks {
		if marks[m.Node] {
			report(fmt.Sprintf("marks[%d].node", i+1), "the mark of node %d is there twice", m.Node).WithHelp("take one out")
		}
		marks[m.Node] = true
	}
	if (p.Joint.File == "") != (p.Joint.SHA256 == "") {
		report("joint", "`file` and `sha256` go together").WithHelp("give both, or leave both out")
	}
	return errs
}

// Text is the passport as a file, from which ParsePassport reads the same to the last bit.
func (p *Passport) Text() []byte {
	w := &writer{}
	w.section(passportRoot, reflect.ValueOf(*p), "")
	return []byte(w.String())
}
