// Package reference reads solved cases of mechanics that others can check: where
// they are kept, as JSON, one file a case. It is for tests.
package reference

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Case is one file; keys that a case does not have stay empty. Numbers count from 0, units are SI.
type Case struct {
	Name       string
	Kinematics string       `json:"kinematics"`
	Nodes      points       `json:"nodes"`
	Bonds      [][2]int     `json:"bonds"`
	Beams      [][2]int     `json:"beams"`
	Angles     [][3]int     `json:"angles"`
	Law        any          `json:"law"` // one name, or one for each bond
	K          numbers      `json:"k"`
	S          []float64    `json:"s"`
	RestLength []float64    `json:"rest_length"`
	Kappa      []float64    `json:"kappa"`
	A0         []float64    `json:"a0"`
	Folds      [][4]int     `json:"folds"`
	Points     [][2]float64 `json:"points"`
	EA         []float64    `json:"EA_N"`
	EI         []float64    `json:"EI_Nm2"`
	EIy        []float64    `json:"EIy_Nm2"`
	EIz        []float64    `json:"EIz_Nm2"`
	GJ         []float64    `json:"GJ_Nm2"`
	GAs        []float64    `json:"GAs_N"`
	YAxes      [][3]float64 `json:"y_axes"`
	Young      float64      `json:"E_Pa"`
	Thickness  float64      `json:"thickness_m"`
	Width      []float64    `json:"width_m"`

	Supports  [][2]int     `json:"supports_node_dof"`
	Loads     [][3]float64 `json:"loads_node_dof_value"`
	LoadSteps int          `json:"load_steps_used"`

	Displacements [][]float64  `json:"displacements"`
	Tensions      []float64    `json:"tensions"`
	Elongations   []float64    `json:"elongations"`
	EndForces     [][]float64  `json:"end_forces"`
	Reactions     [][3]float64 `json:"reactions_node_dof_value"`
	Outputs       [][2]int     `json:"outputs_node_dof"`
	Targets       []float64    `json:"targets"`
	Loss          float64      `json:"loss_value"`

	DK         []float64   `json:"dL_dk"`
	DS         []float64   `json:"dL_ds"`
	DRest      []float64   `json:"dL_drest_length"`
	DKappa     []float64   `json:"dL_dkappa"`
	DRestAngle []float64   `json:"dL_drest_angle"`
	DPositions [][]float64 `json:"dL_dnode_positions"`
	DEA        []float64   `json:"dL_dEA"`
	DEI        []float64   `json:"dL_dEI"`
	DEIy       []float64   `json:"dL_dEIy"`
	DEIz       []float64   `json:"dL_dEIz"`
	DGJ        []float64   `json:"dL_dGJ"`
	DWidth     []float64   `json:"dL_dwidth"`
	DEIFixed   []float64   `json:"dL_dEI_at_fixed_GAs"`
	DGAsFixed  []float64   `json:"dL_dGAs_at_fixed_EI"`

	raw map[string]json.RawMessage
}

// points is a list of places; flow networks, which have none, give their number instead.
type points [][]float64

// UnmarshalJSON implements json.Unmarshaler.
func (p *points) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] != '[' {
		return nil
	}
	return json.Unmarshal(text, (*[][]float64)(p))
}

// numbers is a list, or one number.
type numbers []float64

// UnmarshalJSON implements json.Unmarshaler.
func (n *numbers) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] != '[' {
		text = append(append([]byte{'['}, text...), ']')
	}
	return json.Unmarshal(text, (*[]float64)(n))
}

// Get decodes any other key of the file; it reports whether the file has it.
func (c *Case) Get(t testing.TB, key string, v any) bool {
	t.Helper()
	text, ok := c.raw[key]
	if ok {
		if err := json.Unmarshal(text, v); err != nil {
			t.Fatalf("%s: %s: %v", c.Name, key, err)
		}
	}
	return ok
}

// root is the directory of this module.
func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// own begins the names of the cases that the repository carries, in testdata beside the program that made them.
const own = "own_"

// Load reads a case. Those whose names begin with own_ are in testdata and must be there; all others are in a larger
// collection, beside the repository (../shared/reference/physics) or in the directory that ELASTRAIN_REFERENCE names, and a
// test of one that is not there is skipped.
func Load(t testing.TB, name string) *Case {
	t.Helper()
	var text []byte
	err := os.ErrNotExist
	dirs := []string{os.Getenv("ELASTRAIN_REFERENCE"), filepath.Join(root(), "..", "shared", "reference", "physics")}
	if strings.HasPrefix(name, own) {
		dirs = []string{filepath.Join(root(), "internal", "reference", "testdata")}
	}
	for _, dir := range dirs {
		if dir == "" {
			continue
		}
		if text, err = os.ReadFile(filepath.Join(dir, name+".json")); err == nil {
			break
		}
	}
	if os.IsNotExist(err) && !strings.HasPrefix(name, own) {
		t.Skipf("%s is in a collection that is not here; cases of the same kind are in testdata", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	c := &Case{Name: name}
	if err := json.Unmarshal(text, c); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := json.Unmarshal(text, &c.raw); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}
