package ingest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var lammpsFormat = Format{
	Name: "lammps", Endings: []string{".data", ".lammps", ".lmp"}, From: "LAMMPS, OVITO, moltemplate, Elastrain",
	Reads: "atoms as nodes with types as named sets, bonds with harmonic stiffness (2 K) and rest length, a periodic box with `vectors`",
	Units: "of `units = ...` or SI units in its first line, else `unit`, which is then due, and `stiffness_unit`",
	is:    func(text []byte) bool { return lammpsAtoms.Match(text) && lammpsCount.Match(text) },
	read:  readLAMMPS,
}

var (
	lammpsAtoms = regexp.MustCompile(`(?m)^[ \t]*\d+[ \t]+atoms[ \t\r]*$`)
	lammpsCount = regexp.MustCompile(`(?m)^[ \t]*\d+[ \t]+(atom|bond) types`)
	lammpsUnits = regexp.MustCompile(`(?i)\bunits?\s*=?\s*(si|cgs|micro|nano|metal|real|electron|lj)\b|\b(si) units\b`)
)

// lammpsSystems are the systems of units of LAMMPS: metres of its length, N/m of its energy by its length squared.
var lammpsSystems = map[string][2]float64{
	"si":       {1, 1},
	"cgs":      {1e-2, 1e-3},
	"micro":    {1e-6, 1e-3},
	"nano":     {1e-9, 1e-3},
	"metal":    {1e-10, 16.02176634},                                                             // eV/Å²
	"real":     {1e-10, 4184 / 6.02214076e23 / 1e-20},                                            // kcal/mol/Å²
	"electron": {5.29177210903e-11, 4.3597447222071e-18 / 5.29177210903e-11 / 5.29177210903e-11}, // Hartree/Bohr²
}

// lammps is a data file on its way.
type lammps struct {
	*draft
	*lines
	style     string // of atoms, as the file says it
	harmonic  string // style of bonds
	scaled    bool   // stiffnesses have a unit
	coeffs    map[string][]string
	coefLine  map[string]int
	labels    map[string]string // of types of atoms
	types     map[string]string // of atoms
	counts    map[string]int
	countLine map[string]int // the lines of the counts
	skipped   []string
	unread    []string
	box       [3][2]float64
	tilt      [3]float64
	bonded    []lammpsBond
	flagged   bool // atoms have image flags that are not 0
}

type lammpsBond struct {
	typ, a, b string
	line      int
}

// sections of a data file; what is not among those that are read is passed over.
var lammpsSections = regexp.MustCompile(`^[A-Z][A-Za-z]*( [A-Z][A-Za-z0-9]*)*$`)

func readLAMMPS(d *draft) error {
	text, err := textOf(d.Data)
	if err != nil {
		return err
	}
	m := &lammps{draft: d, lines: text, coeffs: map[string][]string{}, coefLine: map[string]int{}, labels: map[string]string{}, types: map[string]string{}, counts: map[string]int{}, countLine: map[string]int{}}
	if err := m.head(); err != nil {
		return err
	}
	section, hint := "", ""
	for {
		line, ok := m.next()
		if !ok {
			break
		}
		body, comment, _ := strings.Cut(line, "#")
		if body = strings.TrimSpace(body); body == "" {
			continue
		}
		if lammpsSections.MatchString(body) {
			section, hint = body, strings.TrimSpace(comment)
			switch section {
			case "Atoms":
				m.style = hint
			case "Bond Coeffs":
				m.harmonic = hint
			case "Masses", "Bonds", "Velocities", "Atom Type Labels", "Bond Type Labels", "Pair Coeffs", "PairIJ Coeffs", "Loads":
			default:
				m.skipped = append(m.skipped, section)
			}
			continue
		}
		if section == "" {
			if err := m.header(body); err != nil {
				return err
			}
			continue
		}
		if err := m.row(section, strings.Fields(body), strings.TrimSpace(comment)); err != nil {
			return err
		}
	}
	return m.end()
}

// head reads the first line, which may say the units.
func (m *lammps) head() error {
	title, _ := m.next()
	if slices.Contains([]string{"Atoms", "Masses", "Bonds", "Bond Coeffs"}, strings.TrimSpace(title)) || lammpsAtoms.MatchString(title) {
		return m.fail("the first line is of the file itself", "LAMMPS passes over the first line: write a title there")
	}
	found := lammpsUnits.FindStringSubmatch(title)
	if found == nil {
		m.scaled = m.newtonBy != ""
		if m.metreBy == "" {
			return m.fail("the file does not say its units, which LAMMPS has in its input script", "write `unit: mm`, the length of one unit, beside `file`, or `units = si` into the first line of the file")
		}
		return nil
	}
	system := strings.ToLower(found[1] + found[2])
	scale, known := lammpsSystems[system]
	if !known { // lj has no units
		m.scaled = m.newtonBy != ""
		if m.metreBy == "" {
			return m.fail("the units are `lj`, which are none", "write `unit: mm`, the length of one unit, and `stiffness_unit` beside `file`")
		}
		return nil
	}
	m.scaled = true
	if err := m.say(scale[0], "those of LAMMPS units "+system, m.line); err != nil {
		return err
	}
	return m.sayStiffness(scale[1], "LAMMPS units "+system, m.line)
}

// header reads a line of counts or of the box.
func (m *lammps) header(body string) error {
	w := strings.Fields(body)
	rest := strings.Join(w[min(len(w), 1):], " ")
	switch {
	case strings.HasSuffix(body, "xlo xhi"), strings.HasSuffix(body, "ylo yhi"), strings.HasSuffix(body, "zlo zhi"):
		axis := int(w[len(w)-1][0] - 'x')
		for end := range 2 {
			v, err := m.number(w, end+1)
			if err != nil {
				return err
			}
			m.box[axis][end] = v
		}
	case strings.HasSuffix(body, "xy xz yz"):
		for i := range m.tilt {
			v, err := m.number(w, i+1)
			if err != nil {
				return err
			}
			m.tilt[i] = v
		}
	case slices.Contains([]string{"atoms", "bonds", "angles", "dihedrals", "impropers"}, rest):
		n, err := m.whole(w, 1)
		if err != nil {
			return err
		}
		m.counts[rest], m.countLine[rest] = n, m.line
	}
	return nil
}

func (m *lammps) row(section string, w []string, comment string) error {
	switch section {
	case "Masses":
		if comment != "" && len(w) > 0 {
			m.labels[w[0]] = comment
		}
	case "Atom Type Labels":
		if len(w) > 1 {
			m.labels[w[0]] = w[1]
		}
	case "Atoms":
		return m.atom(w)
	case "Bond Coeffs":
		m.coeffs[w[0]], m.coefLine[w[0]] = w[1:], m.line
	case "Bonds":
		if len(w) < 4 {
			return m.fail(fmt.Sprintf("%d words, and 4 are due: number, type and the two atoms", len(w)), "the line is cut off")
		}
		m.bonded = append(m.bonded, lammpsBond{w[1], w[2], w[3], m.line})
	}
	return nil
}

// lammpsColumns are the words up to the type and up to the first coordinate, by the style of atoms.
func lammpsColumns(style string) (typ, x int, known bool) {
	for _, c := range []struct {
		styles string
		typ, x int
	}{{"atomic", 2, 3}, {"bond angle molecular", 3, 4}, {"full", 3, 5}, {"charge", 2, 4}, {"sphere", 2, 5}} {
		if slices.Contains(strings.Fields(c.styles), style) {
			return c.typ, c.x, true
		}
	}
	return 0, 0, false
}

func (m *lammps) atom(w []string) error {
	if m.style == "" { // files with bonds have a molecule in every line
		switch len(w) {
		case 6, 9:
			m.style = "bond"
		case 7, 10:
			m.style = "full"
		default:
			return m.fail(fmt.Sprintf("an atom of %d words, and the file does not say its style", len(w)), "write it behind the name of the section, as in `Atoms # bond`")
		}
		m.note("the style of the atoms is not given and taken for `%s` by their %d words", m.style, len(w))
	}
	typ, at, known := lammpsColumns(m.style)
	if !known {
		return m.fail(fmt.Sprintf("atoms of style %.40s are not known here", m.style), "known are atomic, bond, angle, molecular, full, charge and sphere")
	}
	if n := at + 2; len(w) != n && len(w) != n+3 {
		return m.fail(fmt.Sprintf("an atom of %d words; those of style %.40s have %d, or with their images %d", len(w), m.style, n, n+3), "correct the style behind the name of the section, or the line")
	}
	x, err := m.point(w, at, 3)
	if err != nil {
		return err
	}
	for _, flag := range w[min(len(w), at+2):] {
		m.flagged = m.flagged || flag != "0"
	}
	m.types[w[0]] = w[typ-1]
	return m.node(w[0], x, m.line)
}

// end joins the atoms, when all are known.
func (m *lammps) end() error {
	for _, c := range []struct {
		what string
		n    int
	}{{"atoms", len(m.pos)}, {"bonds", len(m.bonded)}} {
		if due, given := m.counts[c.what]; given && due != c.n {
			return fail(m.countLine[c.what], fmt.Sprintf("its head says %d %s, and there are %d up to the end of the file, on line %d", due, c.what, c.n, m.line), "the file is cut off, or its head is wrong")
		}
	}
	for i, name := range m.names {
		typ := m.types[name]
		m.set("type "+typ, i)
		if label := m.labels[typ]; label != typ {
			m.set(label, i)
		}
	}
	for _, one := range m.bonded {
		b, err := m.join(one.a, one.b, one.line)
		if err != nil {
			return err
		}
		if err := m.coefficient(b, one); err != nil {
			return err
		}
	}
	for _, cause := range m.unread {
		m.note("%s", cause)
	}
	if m.flagged {
		m.note("image flags of atoms are not read: bonds go to the nearest image of a node")
	}
	if m.skipped != nil {
		m.note("%s not read", words(m.skipped))
	}
	for axis, side := range m.box {
		v := [3]float64{}
		v[axis] = side[1] - side[0]
		if axis > 0 {
			v[0] = m.tilt[axis-1]
		}
		if axis == 2 {
			v[1] = m.tilt[2]
		}
		m.draft.box = append(m.draft.box, v)
	}
	return nil
}

// coefficient is the stiffness and the rest length of a bond by its type: E = K (r - r0)^2.
func (m *lammps) coefficient(b *bond, one lammpsBond) error {
	w, given := m.coeffs[one.typ]
	if !given {
		return nil
	}
	style := m.harmonic
	if len(w) > 0 && strings.Trim(w[0], "abcdefghijklmnopqrstuvwxyz/_") == "" { // of hybrid styles
		style, w = w[0], w[1:]
	}
	switch {
	case style != "" && style != "harmonic":
		m.tell(fmt.Sprintf("bonds of style %.40s are not harmonic, so they start as `bonds` says", style))
		return nil
	case len(w) != 2:
		m.tell("bond coefficients are not two numbers, as those of harmonic bonds are, so the bonds start as `bonds` says")
		return nil
	case !m.scaled:
		m.tell("the file says no unit of stiffness, so the bonds start as `bonds` says; with `stiffness_unit: N/m` beside `file` they start at 2 K")
	case style == "":
		m.tell("bond coefficients are read as those of bond_style harmonic, E = K (r - r0)^2")
	}
	line := m.line
	m.line = m.coefLine[one.typ]
	defer func() { m.line = line }()
	k, err := m.number(w, 1)
	if err != nil {
		return err
	}
	rest, err := m.number(w, 2)
	if err != nil {
		return err
	}
	if err := m.restLength(b, rest, m.line); err != nil {
		return err
	}
	if m.scaled {
		return m.stiffness(b, 2*k, m.line)
	}
	return nil
}

// tell keeps what is said once.
func (m *lammps) tell(cause string) {
	if !slices.Contains(m.unread, cause) {
		m.unread = append(m.unread, cause)
	}
}

// isSection helps formats of sections: the text begins with a word of its own.
func isSection(text []byte, word string) bool {
	return bytes.HasPrefix(bytes.TrimSpace(text), []byte(word))
}
