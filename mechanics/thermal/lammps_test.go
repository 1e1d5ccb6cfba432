package thermal_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// LAMMPS (fix nve and langevin, harmonic bonds) has the variances of elongations and outputs of the closed form:
//
//	ELASTRAIN_LAMMPS=lmp go test ./mechanics/thermal -run LAMMPS -v
func TestLAMMPS(t *testing.T) {
	program := os.Getenv("ELASTRAIN_LAMMPS")
	if program == "" {
		t.Skip("ELASTRAIN_LAMMPS names no program")
	}
	net, c, k, s := lattice(t)
	const kT, length, unit = 1e-6, 0.016, 100.0 // lengths in bonds, stiffnesses in 100 N/m
	var data, held strings.Builder
	fmt.Fprintf(&data, "a lattice\n\n%d atoms\n%d bonds\n1 atom types\n%d bond types\n-10 10 xlo xhi\n-10 10 ylo yhi\n-0.5 0.5 zlo zhi\n\nMasses\n\n1 1.0\n\nBond Coeffs\n\n", net.Nodes(), len(k), len(k))
	for i, v := range k {
		fmt.Fprintf(&data, "%d %.17g 1.0\n", i+1, v/unit/2)
	}
	data.WriteString("\nAtoms\n\n")
	for n := range net.Nodes() {
		at := net.At(n)
		fmt.Fprintf(&data, "%d 1 1 %.17g %.17g 0\n", n+1, at[0]/length, at[1]/length)
		if net.Held[2*n] {
			fmt.Fprintf(&held, " %d", n+1)
		}
	}
	data.WriteString("\nBonds\n\n")
	for i := range net.Elements {
		e := &net.Elements[i]
		fmt.Fprintf(&data, "%d %d %d %d\n", i+1, i+1, e.Nodes[0]+1, e.Nodes[1]+1)
	}
	script := fmt.Sprintf(`units lj
dimension 2
boundary f f p
atom_style bond
pair_style none
bond_style harmonic
comm_modify cutoff 5
neighbor 2.0 bin
read_data lattice.data
special_bonds lj 1 1 1
group held id%s
group free subtract all held
velocity all set 0 0 0
fix 1 free nve
fix 2 free langevin %g %g 1.0 4711
fix 3 all enforce2d
timestep 0.05
thermo 500000
run 20000
dump 1 all custom 40 out.txt id x y
dump_modify 1 sort id format line "%%d %%.12g %%.12g"
run 2000000
`, held.String(), kT, kT)
	dir := t.TempDir()
	for name, text := range map[string]string{"lattice.data": data.String(), "in.txt": script} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "-in", "in.txt")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "out.txt"))
	if err != nil {
		t.Fatal(err)
	}
	square, frames := make([]float64, len(k)), 0.0
	x := make([]float64, 2*net.Nodes())
	seen := 0
	for line := range strings.Lines(string(text)) {
		var id int
		var a, b float64
		if n, _ := fmt.Sscanf(line, "%d %g %g", &id, &a, &b); n != 3 { // heads of frames are no errors
			continue
		}
		x[2*id-2], x[2*id-1] = a, b
		if seen++; seen%net.Nodes() != 0 {
			continue
		}
		for i := range net.Elements {
			p, q := net.Elements[i].Nodes[0], net.Elements[i].Nodes[1]
			e := math.Hypot(x[2*p]-x[2*q], x[2*p+1]-x[2*q+1]) - 1
			square[i] += e * e
		}
		frames++
	}
	if frames < 40000 {
		t.Fatalf("%g frames", frames)
	}
	worst, sum := 0.0, 0.0
	for i, v := range square {
		v /= frames
		want := s.Variance(row(c, i), kT) * unit
		worst = max(worst, math.Abs(v/want-1))
		sum += k[i] / unit * v / kT
	}
	t.Logf("%g frames: variances of 28 elongations within %.1f %%; k e^2 adds up to %.3f kT, of %d degrees of freedom", frames, 100*worst, sum, c.N)
	if worst > 0.08 || math.Abs(sum/float64(c.N)-1) > 0.02 {
		t.Errorf("variances are off by up to %.3f; k e^2 adds up to %.3f kT, not %d", worst, sum, c.N)
	}
}
