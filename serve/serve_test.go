package serve_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/serve"
	"github.com/elastrain/elastrain/spec"
)

const triangle = `elastrain: 1
network: {nodes: nodes.csv, bonds: bonds.csv}
bonds: {stiffness: 10..1000 N/m}
supports: {pinned: [1], rollers: [{node: 2, held: "y"}]}
task:
  kind: behaviour
  scale: 1 mm
  cases:
    - push: [{node: 3, along: x, force: 1 N}, {node: 3, along: y, force: 1 N}]
      want: [{node: 3, along: x, move: 1 mm}]
learn: {method: adam}
`

// server is one without a command line around it.
func server() *serve.Server {
	return &serve.Server{Version: "test", Most: 1 << 16, Describe: func(err error) any { return err.Error() },
		Open: func(q *serve.Request, _ int64) (*experiment.Experiment, []float64, error) {
			text := triangle
			if q.Text != nil && *q.Text != "" {
				text = *q.Text
			}
			file, err := spec.Parse("it", []byte(text), q.Changes...)
			if err != nil {
				return nil, nil, err
			}
			x, err := experiment.Build(file, func(name string) ([]byte, error) {
				if text, ok := q.File(name); ok {
					return text, nil
				}
				return os.ReadFile("../examples/" + name)
			}, experiment.Options{Threads: 1, Memory: 64 << 20})
			if err != nil {
				return nil, nil, err
			}
			theta := make([]float64, x.Parameters())
			x.Design.Init(theta)
			return x, theta, nil
		}}
}

// message is a line with the numbers of its arrays behind it.
func message(head string, arrays ...any) []byte {
	var b bytes.Buffer
	for _, a := range arrays {
		if err := binary.Write(&b, binary.LittleEndian, a); err != nil {
			panic(err)
		}
	}
	if b.Len() == 0 {
		return []byte(head + "\n")
	}
	return append([]byte(fmt.Sprintf("%d %s\n", b.Len(), head)), b.Bytes()...)
}

func openTriangle(id int) []byte {
	return message(fmt.Sprintf(`{"id":%d,"op":"open","text":"","arrays":[{"name":"positions","type":"f8","shape":[3,2]},{"name":"bonds","type":"i4","shape":[3,2]},{"name":"stiffness","type":"f8","shape":[3]}]}`, id),
		[]float64{0, 0, 1, 0, 0.5, 0.8}, []int32{0, 1, 1, 2, 0, 2}, []float64{100, 110, 120})
}

type reply struct {
	ID     int             `json:"id"`
	Error  string          `json:"error"`
	Result json.RawMessage `json:"result"`
	Arrays []serve.Array   `json:"arrays"`
}

func (r *reply) f8(name string) []float64 {
	for i := range r.Arrays {
		if r.Arrays[i].Name == name {
			return r.Arrays[i].F8
		}
	}
	return nil
}

// ask sends requests to a fresh session and reads its answers as another program would.
func ask(t *testing.T, requests ...[]byte) ([]reply, error) {
	t.Helper()
	var out bytes.Buffer
	err := server().Run(bytes.NewReader(bytes.Join(requests, nil)), &out)
	var replies []reply
	for in := bufio.NewReader(&out); ; {
		line, end := in.ReadString('\n')
		if end != nil {
			return replies, err
		}
		size := 0
		if line[0] != '{' {
			number, rest, _ := strings.Cut(line, " ")
			n, bad := strconv.Atoi(number)
			if bad != nil {
				t.Fatal(bad)
			}
			size, line = n, rest
		}
		var r reply
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		body := io.LimitReader(in, int64(size))
		for i := range r.Arrays {
			a, n := &r.Arrays[i], 1
			for _, d := range a.Shape {
				n *= d
			}
			a.F8, a.I4, a.U1 = make([]float64, n), make([]int32, n), make([]byte, n)
			if err := binary.Read(body, binary.LittleEndian, map[string]any{"f8": a.F8, "i4": a.I4, "u1": a.U1}[a.Type]); err != nil {
				t.Fatal(err)
			}
		}
		if rest, _ := io.Copy(io.Discard, body); rest > 0 {
			t.Fatalf("%d bytes are in no array", rest)
		}
		replies = append(replies, r)
	}
}

// A triangle on a pin and a roller: its members carry what statics says, whatever they are made of, and k = F/e.
func TestTriangle(t *testing.T) {
	solve := func(want string) []byte {
		return message(`{"id":2,"op":"solve","net":1,"want":[`+want+`],"arrays":[{"name":"loads","type":"f8","shape":[2,2]}]}`, []float64{1, 0, 0, -2})
	}
	got, err := ask(t, openTriangle(1), solve(`"displacement","elongation"`))
	if err != nil || len(got) != 2 || got[1].Error != "" {
		t.Fatalf("%v %+v", err, got)
	}
	if theta := got[0].f8("theta"); theta[0] != 100 || theta[2] != 120 {
		t.Errorf("parameters %v; the arrays have 100, 110, 120", theta)
	}
	e, u := got[1].f8("elongation"), got[1].f8("displacement")
	side := math.Hypot(0.5, 0.8)
	for i, want := range []float64{0.5 / 100, -side / 110, side / 120, 0.5 / 0.8 / 100, -side / 0.8 / 110, -side / 0.8 / 120} {
		if math.Abs(e[i]-want) > 1e-12 {
			t.Errorf("elongation %d is %v, want %v", i, e[i], want)
		}
	}
	if out := got[1].f8("outputs"); out[0] != u[4] || out[1] != u[6+4] {
		t.Errorf("outputs %v are not the displacement of node 3 in %v", out, u)
	}
}

// What a gradient says, differences of outputs say, by parameters and loads; after other loads, and with parameters sent anew.
func TestGradient(t *testing.T) {
	theta, loads, slope := []float64{100, 110, 120}, []float64{1, 0.3}, 1.7
	heads := `{"name":"theta","type":"f8","shape":[3]},{"name":"loads","type":"f8","shape":[1,2]}`
	requests := [][]byte{openTriangle(1), message(`{"op":"gradient","net":1,"want":["theta","loads"],"arrays":[`+heads+`,{"name":"slopes","type":"f8","shape":[1,1]}]}`, theta, loads, slope)}
	at := func(theta, loads []float64) {
		requests = append(requests, message(`{"op":"solve","net":1,"arrays":[`+heads+`]}`, theta, loads))
	}
	const h = 1e-4
	for i := range 5 {
		for _, sign := range []float64{1, -1} {
			k, f := append([]float64(nil), theta...), append([]float64(nil), loads...)
			if i < 3 {
				k[i] += sign * h * k[i]
			} else {
				f[i-3] += sign * h
			}
			at(k, f)
		}
	}
	got, err := ask(t, requests...)
	if err != nil {
		t.Fatal(err)
	}
	slopes := append(got[1].f8("theta"), got[1].f8("loads")...)
	for i, v := range slopes {
		up, down := got[2+2*i].f8("outputs")[0], got[3+2*i].f8("outputs")[0]
		step := 2 * h
		if i < 3 {
			step *= theta[i]
		}
		if want := slope * (up - down) / step; math.Abs(v-want) > 1e-6*math.Abs(want) {
			t.Errorf("slope %d is %v, by differences %v", i, v, want)
		}
	}
}

// The loss of the file, and that of its samples worked out by hand.
func TestLossAndSamples(t *testing.T) {
	got, err := ask(t, openTriangle(1), message(`{"op":"loss","net":1}`), message(`{"op":"samples","net":1}`),
		message(`{"op":"solve","net":1,"arrays":[{"name":"loads","type":"f8","shape":[1,2]}]}`, []float64{1, 1}))
	if err != nil {
		t.Fatal(err)
	}
	var loss serve.Loss
	if err := json.Unmarshal(got[1].Result, &loss); err != nil {
		t.Fatal(err)
	}
	missed := (got[3].f8("outputs")[0] - got[2].f8("wanted")[0]) / 1e-3
	if want := missed * missed / 2; math.Abs(loss.Loss-want) > 1e-12*want {
		t.Errorf("loss %v, by hand %v", loss.Loss, want)
	}
}

// More samples than may be on their way at once go there and back in pieces, to the same outputs and slopes.
func TestPieces(t *testing.T) {
	for _, c := range []struct {
		name string
		rows int
	}{{"xor", 400}, {"hardening", 400}, {"behaviour", 400}} {
		text, err := os.ReadFile("../examples/" + c.name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		asJSON, _ := json.Marshal(string(text)) // a string always can be
		opened := message(`{"op":"open","text":` + string(asJSON) + `}`)
		first, err := ask(t, opened)
		if err != nil || first[0].Error != "" {
			t.Fatal(err, first[0].Error)
		}
		var facts serve.Facts
		if err := json.Unmarshal(first[0].Result, &facts); err != nil {
			t.Fatal(err)
		}
		p, q := len(facts.Inputs), len(facts.Outputs)
		loads, slopes := make([]float64, c.rows*p), make([]float64, c.rows*q)
		for i := range loads {
			loads[i] = 0.5 + 0.4*math.Sin(float64(i))
			if port := facts.Inputs[i%p]; port.Constant != nil {
				loads[i] = *port.Constant
			} else if port.Kind != "value" {
				loads[i] *= 0.1
			}
		}
		for i := range slopes {
			slopes[i] = math.Cos(float64(i))
		}
		part := func(from, to int) []byte {
			return message(fmt.Sprintf(`{"op":"gradient","net":1,"want":["theta","loads"],"arrays":[{"name":"loads","type":"f8","shape":[%d,%d]},{"name":"slopes","type":"f8","shape":[%d,%d]}]}`,
				to-from, p, to-from, q), loads[from*p:to*p], slopes[from*q:to*q])
		}
		requests := [][]byte{opened, part(0, c.rows)}
		for from := 0; from < c.rows; from += 20 {
			requests = append(requests, part(from, from+20))
		}
		got, err := ask(t, requests...)
		if err != nil {
			t.Fatal(err)
		}
		sum, out, back := make([]float64, facts.Parameters), []float64(nil), []float64(nil)
		for _, r := range got[2:] {
			if r.Error != "" {
				t.Fatal(r.Error)
			}
			for i, v := range r.f8("theta") {
				sum[i] += v
			}
			out, back = append(out, r.f8("outputs")...), append(back, r.f8("loads")...)
		}
		for what, pair := range map[string][2][]float64{"outputs": {got[1].f8("outputs"), out}, "theta": {got[1].f8("theta"), sum}, "loads": {got[1].f8("loads"), back}} {
			most := 0.0
			for _, v := range pair[1] {
				most = max(most, math.Abs(v))
			}
			if len(pair[0]) != len(pair[1]) || most == 0 {
				t.Fatalf("%s: %d %s, want %d that are not all zero; %s", c.name, len(pair[0]), what, len(pair[1]), got[1].Error)
			}
			for i, v := range pair[0] {
				if math.Abs(v-pair[1][i]) > 1e-11*most {
					t.Errorf("%s: %s %d is %v in one request and %v in many", c.name, what, i, v, pair[1][i])
				}
			}
		}
	}
}

// No cases have no outputs and a gradient of zero.
func TestNoCases(t *testing.T) {
	got, err := ask(t, openTriangle(1), message(`{"op":"gradient","net":1,"want":["theta","loads"],"arrays":[{"name":"loads","type":"f8","shape":[0,2]},{"name":"slopes","type":"f8","shape":[0,1]}]}`))
	if err != nil || got[1].Error != "" {
		t.Fatal(err, got[1].Error)
	}
	if g := got[1].f8("theta"); len(g) != 3 || g[0] != 0 || g[1] != 0 || g[2] != 0 {
		t.Errorf("gradient %v", g)
	}
}

// A request that cannot be answered says why, and the next one is answered.
func TestRefusals(t *testing.T) {
	loads := func(head string, v ...float64) []byte { return message(head, v) }
	for _, c := range []struct {
		request []byte
		says    string
	}{
		{message(`{"op":"slove","net":1}`), `no request "slove"`},
		{message(`{"op":"solve","net":7}`), "no network 7 is open; open are [1]"},
		{message(`{"op":"solve","net":1}`), "needs the array `loads`"},
		{message(`{"op":"solve","nett":1}`), `unknown field "nett"`},
		{message(`{"op":"solve"} {}`), "something stands behind"},
		{message(`{"op":"solve",`), "cannot be read"},
		{message(`5 {"op":"hello"}` + "\nabcde"), "5 bytes follow the line that are in no array"},
		{loads(`{"op":"solve","net":1,"arrays":[{"name":"loads","type":"f8","shape":[1,2]}]}`, 1, math.NaN()), "holds NaN at place [0 1]"},
		{loads(`{"op":"solve","net":1,"arrays":[{"name":"loads","type":"f8","shape":[1,2]}]}`, 1, math.Inf(1)), "holds +Inf"},
		{loads(`{"op":"solve","net":1,"arrays":[{"name":"loads","type":"f8","shape":[2,1]}]}`, 1, 1), "shape [2 1]; it is f8 of shape [any 2]"},
		{loads(`{"op":"solve","net":1,"arrays":[{"name":"loads","type":"f8","shape":[1,4611686018427387904,4]}]}`, 1, 1), "bytes are left for it"},
		{loads(`{"op":"solve","net":1,"arrays":[{"name":"loads","type":"f8","shape":[-1]}]}`, 1, 1), "bytes are left for it"},
		{loads(`{"op":"solve","net":1,"arrays":[{"name":"loads","type":"f4","shape":[4]}]}`, 1, 1), `has type "f4"`},
		{loads(`{"op":"set","net":1,"arrays":[{"name":"theta","type":"f8","shape":[3]}]}`, 1, 1, -1), "element 3 has stiffness -1"},
		{message(`{"op":"samples","net":1,"part":"test"}`), "not looked at while something learns"},
		{message(`{"op":"loss","net":1,"arrays":[{"name":"rows","type":"i4","shape":[1]}]}`, []int32{1}), "the samples are 0 to 0"},
		{message(`{"op":"open","text":"elastrain: 1"}`), "the file lacks"},
		{message(fmt.Sprintf(`%d {"op":"hello"}`, 1<<16+1) + "\n" + strings.Repeat("x", 1<<16)), "at most 65536 are taken"},
	} {
		got, err := ask(t, openTriangle(1), c.request, message(`{"id":9,"op":"hello"}`))
		if err != nil || len(got) != 3 || !strings.Contains(got[1].Error, c.says) || got[2].Error != "" || got[2].ID != 9 {
			t.Errorf("%.80q: %v, %+v; want %q, and then hello", c.request, err, got[1:], c.says)
		}
	}
}

// After parameters that were refused there are none, until others are set.
func TestRefusedParameters(t *testing.T) {
	set := func(k float64) []byte {
		return message(`{"op":"set","net":1,"arrays":[{"name":"theta","type":"f8","shape":[3]}]}`, []float64{k, 100, 100})
	}
	solve := message(`{"op":"solve","net":1,"arrays":[{"name":"loads","type":"f8","shape":[1,2]}]}`, []float64{1, 1})
	got, err := ask(t, openTriangle(1), solve, set(-1), solve, set(100), solve, set(100), solve)
	if err != nil || got[1].Error != "" || !strings.Contains(got[3].Error, "no parameters") || got[5].Error != "" || got[7].f8("outputs")[0] != got[5].f8("outputs")[0] {
		t.Errorf("%v %+v", err, got)
	}
}

// Where the pipe itself cannot be read, the session ends with an error, after saying so; its end is no error.
func TestEnds(t *testing.T) {
	for _, c := range []struct{ in, says string }{
		{"", ""}, {"\n\n", ""}, {`{"op":"hello"}` + "\n", ""},
		{"garbage\n", "neither a JSON object nor a number"},
		{"-3 {}\n", "neither"},
		{`{"op":"hello"}`, "ends within the line"},
		{"8 {}\nabc", "ends within the arrays"},
		{strings.Repeat("x", serve.MostHeader+1), "more than"},
	} {
		got, err := ask(t, []byte(c.in))
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(got[len(got)-1].Error, c.says)) {
			t.Errorf("%.20q: %v, %v; want %q", c.in, err, got, c.says)
		}
	}
	if err := server().Run(bytes.NewReader(openTriangle(1)), goneWriter{}); err != nil {
		t.Errorf("a reader that has ended: %v", err)
	}
}

type goneWriter struct{}

func (goneWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// No bytes make a session panic, take more memory than it may, or answer NaN.
func FuzzRequests(f *testing.F) {
	f.Add(bytes.Join([][]byte{openTriangle(1), message(`{"op":"gradient","net":1,"want":["theta","loads"],"arrays":[{"name":"loads","type":"f8","shape":[1,2]},{"name":"slopes","type":"f8","shape":[1,1]}]}`, []float64{1, 2, 3})}, nil))
	f.Add(bytes.Join([][]byte{openTriangle(1), message(`{"op":"loss","net":1}`), message(`{"op":"samples","net":1}`), message(`{"op":"close","net":1}`)}, nil))
	f.Add([]byte("9 {\"op\":\"hello\",\"arrays\":[{\"name\":\"a\",\"type\":\"u1\",\"shape\":[3,3]}]}\n123456789"))
	f.Add([]byte("99999999999 {}\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		got, _ := ask(t, in)
		for _, r := range got {
			for _, a := range r.Arrays {
				for _, v := range a.F8 {
					if math.IsNaN(v) && a.Name != "wanted" {
						t.Fatalf("%s holds NaN", a.Name)
					}
				}
			}
		}
	})
}

// Example asks a triangle for what it does under a load.
func Example() {
	var out bytes.Buffer
	in := append(openTriangle(1), message(`{"id":2,"op":"solve","net":1,"arrays":[{"name":"loads","type":"f8","shape":[1,2]}]}`, []float64{1, 0})...)
	if err := server().Run(bytes.NewReader(in), &out); err != nil {
		fmt.Println(err)
	}
	_, last, _ := strings.Cut(out.String(), `{"id":2`)
	line, bytes, _ := strings.Cut(last, "\n")
	fmt.Printf("{\"id\":2%s and %d bytes\n", line, len(bytes))
	// Output:
	// {"id":2,"result":{},"arrays":[{"name":"outputs","type":"f8","shape":[1,1]}]} and 8 bytes
}
