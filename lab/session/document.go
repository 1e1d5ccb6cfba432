package session

import (
	"encoding/json"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/network"
)

// The journal follows the document model of Bluesky (start, descriptor, event,
// stop), so that its tools can read it. docs/journal.md describes every key.

// Start is the first document of a journal.
type Start struct {
	UID  string  `json:"uid"`
	Time float64 `json:"time"` // seconds since 1970
	Plan string  `json:"plan_name"`
	Info
	Card     lab.Card             `json:"card"`
	Limits   lab.Limits           `json:"limits"`
	Protocol measurement.Protocol `json:"protocol"`
	Method   string               `json:"method"`
	Loss     string               `json:"loss"`
	Samples  int                  `json:"samples"`
	Elongate string               `json:"elongation"` // how elongations are measured
	Dim      int                  `json:"dim"`
	Nodes    []float64            `json:"nodes"` // m, node-major
	Elements [][2]int             `json:"elements"`
	In       []PortDoc            `json:"in"`
	Out      []PortDoc            `json:"out"`
	Rule     string               `json:"rule,omitempty"`   // by which gradients are measured; "": in situ backpropagation
	Values   int                  `json:"values,omitempty"` // numbers that say what the lattice is set to; 0: a stiffness for each element
}

// count is how many numbers say what the lattice is set to.
func (s *Start) count() int {
	if s.Values > 0 {
		return s.Values
	}
	return len(s.Elements)
}

// sets is how many inputs set stiffnesses.
func (s *Start) sets() (n int) {
	for _, in := range s.In {
		if in.Sets {
			n++
		}
	}
	return n
}

// PortDoc is a port in the journal.
type PortDoc struct {
	Node  int        `json:"node"` // from 0
	Dir   [3]float64 `json:"dir"`
	Other *int       `json:"other,omitempty"` // of a pair that is pushed apart, from 0
	Mean  []int      `json:"mean,omitempty"`  // nodes of a mean, from 0
	Sets  bool       `json:"sets,omitempty"`  // an input that sets stiffnesses and is at no node
}

func portDoc(p network.Port) PortDoc {
	d := PortDoc{Node: p.Node, Dir: p.Dir, Sets: p.Part == network.Value}
	if p.Pair {
		d.Other = &p.Other
	}
	if p.Mean != nil {
		d.Mean = p.Mean.Nodes
	}
	return d
}

// Info is where a session comes from.
type Info struct {
	Operator    string `json:"operator,omitempty"`
	Version     string `json:"elastrain_version,omitempty"`
	Revision    string `json:"revision,omitempty"`
	Spec        string `json:"spec_sha256,omitempty"`
	Calibration string `json:"calibration_sha256,omitempty"`
}

// Descriptor says what the events of a stream hold.
type Descriptor struct {
	UID      string             `json:"uid"`
	RunStart string             `json:"run_start"`
	Time     float64            `json:"time"`
	Name     string             `json:"name"` // of the stream
	DataKeys map[string]DataKey `json:"data_keys"`
}

// DataKey describes one key of the data of an event.
type DataKey struct {
	Source string `json:"source"`
	DType  string `json:"dtype"`
	Shape  []int  `json:"shape"`
	Units  string `json:"units,omitempty"`
}

// Event is one entry of a stream.
type Event struct {
	UID        string             `json:"uid"`
	Descriptor string             `json:"descriptor"`
	Time       float64            `json:"time"`
	SeqNum     int                `json:"seq_num"` // from 1, in its stream
	Data       json.RawMessage    `json:"data"`
	Timestamps map[string]float64 `json:"timestamps"`
	Filled     map[string]bool    `json:"filled"`
}

// Stop is the last document of a journal that was ended.
type Stop struct {
	UID        string         `json:"uid"`
	RunStart   string         `json:"run_start"`
	Time       float64        `json:"time"`
	ExitStatus string         `json:"exit_status"` // "success", "abort" or "fail"
	Reason     string         `json:"reason"`
	NumEvents  map[string]int `json:"num_events"` // from the start
}

// PhaseData is the data of an event of the stream "phase".
type PhaseData struct {
	Step int `json:"step"` // from 0
	measurement.Ask
	Share
	measurement.Record
	Stiffness []float64 `json:"stiffness"`             // asked of the bench before, N/m
	Used      bool      `json:"used"`                  // false: rejected
	Why       string    `json:"why"`                   // why it was rejected
	Fell      bool      `json:"fell,omitempty"`        // the lattice as it was set did not bear the load; nothing was seen
	Bench     string    `json:"bench_state,omitempty"` // after it, of a simulated bench; see Rewinder
}

// Had is what the lattice was asked to have for the phase, but for what its inputs set: that of the step, or what the rule looked at.
func (p *PhaseData) Had() []float64 {
	if p.At != nil {
		return p.At
	}
	return p.Stiffness
}

// StepData is the data of an event of the stream "step": a commit.
type StepData struct {
	Step      int           `json:"step"`   // from 0
	Phases    []string      `json:"phases"` // uids of the events it was made from, in order
	Loss      float64       `json:"loss"`   // before the step
	Gradient  []float64     `json:"gradient"`
	Sigma     []float64     `json:"gradient_sigma"`
	Bias      []float64     `json:"gradient_bias"`
	Known     []bool        `json:"gradient_known"` // false: no data
	Moved     int           `json:"moved"`          // variables that the step changed
	X         []float64     `json:"x"`              // after the step
	Optimiser []optim.Field `json:"optimiser"`      // after the step
	Stiffness []float64     `json:"stiffness"`      // after the step, as asked of the bench, N/m
	Noise     float64       `json:"noise"`          // m
	Drift     float64       `json:"drift"`
	Scale     float64       `json:"scale"`
	Moving    int           `json:"moving"`
	Bench     string        `json:"bench_state,omitempty"` // after the step, of a simulated bench; see Rewinder
	// Fell says why the lattice did not bear a load as the last step had set it: this one goes back, towards the last setting that
	// was measured whole, and has no gradient; Loss is that of there, 0 if none was. "" for a step that was measured.
	Fell string `json:"fall,omitempty"`
	// Looks are those of a method that searches, in their order; the first is of the lattice as the step found it. It has no gradient.
	Looks []Look `json:"looks,omitempty"`
	// Shorter says for each time that the step was halved why the bench could not be given more.
	Shorter []string `json:"shorter,omitempty"`
}

// InterruptionData is the data of an event of the stream "interruptions".
type InterruptionData struct {
	Kind     string `json:"interruption"` // "pause", "resume" or "fault"
	Step     int    `json:"step"`
	Why      string `json:"why"`
	Operator string `json:"operator"`
}

// resumes is the interruption that ends others, and a stop before more steps.
const resumes = "resume"

// The streams of a journal.
const (
	PhaseStream        = "phase"
	StepStream         = "step"
	InterruptionStream = "interruptions"
)

func key(dtype, units, source string, shape ...int) DataKey {
	if shape == nil {
		shape = []int{}
	}
	return DataKey{Source: source, DType: dtype, Shape: shape, Units: units}
}

// dataKeys describes the streams for a lattice of so many elements and a design
// of so many variables, on a bench that may be a simulated one, where loads may be made
// of shots. A length that varies is 0.
func dataKeys(elements, variables int, simulated, shots bool) map[string]map[string]DataKey {
	const bench, elastrain = "bench", "elastrain"
	keys := map[string]map[string]DataKey{
		PhaseStream: {
			"step": key("integer", "", elastrain), "part": key("string", "", elastrain),
			"number": key("integer", "", elastrain), "turn": key("integer", "", elastrain),
			"load": key("array", "N", elastrain, 0), "applied": key("integer", "ns", bench), "settled": key("integer", "ns", bench),
			"quiet": key("boolean", "", elastrain), "speed": key("number", "m/s", elastrain),
			"zero": key("array", "m", bench, 0), "loaded": key("array", "m", bench, 0), "after": key("array", "m", bench, 0),
			"stiffness": key("array", "N/m", elastrain, elements), "used": key("boolean", "", elastrain), "why": key("string", "", elastrain),
		},
		StepStream: {
			"step": key("integer", "", elastrain), "phases": key("array", "", elastrain, 0), "loss": key("number", "", elastrain),
			"gradient": key("array", "m/N", elastrain, elements), "gradient_sigma": key("array", "m/N", elastrain, elements),
			"gradient_bias": key("array", "m/N", elastrain, 0), "gradient_known": key("array", "", elastrain, elements),
			"moved": key("integer", "", elastrain), "x": key("array", "", elastrain, variables), "optimiser": key("array", "", elastrain, 0),
			"stiffness": key("array", "N/m", elastrain, elements), "noise": key("number", "m", elastrain), "drift": key("number", "", elastrain),
			"scale": key("number", "", elastrain), "moving": key("integer", "", elastrain),
		},
		InterruptionStream: {
			"interruption": key("string", "", elastrain), "step": key("integer", "", elastrain),
			"why": key("string", "", elastrain), "operator": key("string", "", elastrain),
		},
	}
	if simulated {
		keys[PhaseStream]["bench_state"], keys[StepStream]["bench_state"] = key("string", "", bench), key("string", "", bench)
	}
	if shots {
		phase := keys[PhaseStream]
		phase["shot"], phase["shots"] = key("integer", "", elastrain), key("integer", "", elastrain)
		phase["factor"], phase["want"] = key("number", "", elastrain), key("array", "N", elastrain, 0)
	}
	return keys
}

// unix is a time as Bluesky writes it.
func unix(t time.Time) float64 { return float64(t.UnixNano()) / 1e9 }
