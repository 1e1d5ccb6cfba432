package serve

import (
	"bufio"
	"errors"
	"io"
	"maps"
	"slices"
	"syscall"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/serve/message"
)

// Request is the line of a request.
type Request struct {
	ID     int64   `json:"id"`
	Op     string  `json:"op"`
	Net    int     `json:"net"`
	Arrays []Array `json:"arrays"`

	// of open
	Path    string   `json:"path"`
	Changes []string `json:"changes"`
	Text    *string  `json:"text"` // of an experiment file, in place of one on the disk
	Name    string   `json:"name"` // that errors give it
	Folder  string   `json:"folder"`

	Want []string `json:"want"` // of solve: displacement, elongation; of gradient: loads
	Part string   `json:"part"` // of samples and loss
}

// array is the array of a name; nil where there is none.
func (q *Request) array(name string) *Array {
	for i := range q.Arrays {
		if q.Arrays[i].Name == name {
			return &q.Arrays[i]
		}
	}
	return nil
}

// only refuses arrays that a request has no use for.
func (q *Request) only(names ...string) error {
	for i := range q.Arrays {
		if !slices.Contains(names, q.Arrays[i].Name) {
			return refuse("docs/serve.md lists the arrays of every request", "%s takes no array %q", q.Op, q.Arrays[i].Name)
		}
	}
	return nil
}

// wants refuses wishes that nobody can fulfil.
func (q *Request) wants(names ...string) error {
	for _, w := range q.Want {
		if !slices.Contains(names, w) {
			return refuse("", "%s does not know how to want %q", q.Op, w)
		}
	}
	return nil
}

// Hello is the answer to hello.
type Hello struct {
	Elastrain string `json:"elastrain"`
	Protocol  int    `json:"protocol"`
}

// Protocol is the version of the protocol: within one, keys and requests are only added.
const Protocol = 1

// Server is what a session needs of the program around it.
type Server struct {
	Version string
	// Open builds what a request asks for, with the parameters that it has.
	// Held is about what the networks that are open take, bytes.
	Open func(q *Request, held int64) (*experiment.Experiment, []float64, error)
	// Describe says an error as people and programs are told of it; the value is written as JSON.
	Describe func(err error) any
	Most     int // bytes of the arrays of a request or an answer
}

// mostNetworks is how many networks a session keeps at once.
const mostNetworks = 64

// session is the networks that are open.
type session struct {
	*Server
	nets map[int]*network
	last int
}

// answer is the line of an answer: the number of its request, what was asked for, its arrays.
type answer struct {
	ID     int64   `json:"id"`
	Error  any     `json:"error,omitempty"`
	Result any     `json:"result,omitempty"`
	Arrays []Array `json:"arrays,omitempty"`
}

// Run answers requests until their pipe ends. A request that cannot be answered does not end it; one after which the pipe
// cannot be read on does, with an error. A reader that has ended ends it without one.
func (s *Server) Run(in io.Reader, out io.Writer) error {
	r, w := newReader(in, s.Most), bufio.NewWriterSize(out, 1<<20)
	n := &session{Server: s, nets: map[int]*network{}}
	for {
		q, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		a := answer{}
		if q != nil {
			a.ID = q.ID
		}
		var end *brokenError
		last := errors.As(err, &end) || err != nil && q == nil
		if err == nil {
			a.Result, a.Arrays, err = n.do(q)
		}
		if err == nil {
			err = n.fits(a.Arrays)
		}
		if err != nil {
			a = answer{ID: a.ID, Error: s.Describe(err)}
		}
		if gone := write(w, &a); errors.Is(gone, syscall.EPIPE) || errors.Is(gone, io.ErrClosedPipe) {
			return nil
		} else if gone != nil {
			return gone
		}
		if last {
			return err
		}
	}
}

// write puts an answer out.
func write(out *bufio.Writer, a *answer) error {
	if err := message.Write(out, a, a.Arrays); err != nil {
		return err
	}
	return out.Flush()
}

// fits refuses answers that are too large.
func (s *session) fits(arrays []Array) error {
	if size := message.Size(arrays); size > s.Most {
		return refuse("ask for fewer loads at once, or raise --memory", "the arrays of the answer have %d bytes, and at most %d are sent", size, s.Most)
	}
	return nil
}

// do answers one request.
func (s *session) do(q *Request) (any, []Array, error) {
	switch q.Op {
	case "hello":
		return Hello{s.Version, Protocol}, nil, q.only()
	case "open":
		return s.open(q)
	case "":
		return nil, nil, refuse("docs/serve.md lists them", "a request says by `op` what is asked for")
	}
	what, ok := map[string]func(*network, *Request) (any, []Array, error){
		"set": (*network).put, "solve": (*network).solve, "gradient": (*network).gradient,
		"samples": (*network).samples, "loss": (*network).loss, "close": nil,
	}[q.Op]
	if !ok {
		return nil, nil, refuse("the requests are hello, open, set, solve, gradient, samples, loss and close", "there is no request %q", q.Op)
	}
	net, ok := s.nets[q.Net]
	if !ok {
		return nil, nil, refuse("open answers with the number of its network", "no network %d is open; open are %v", q.Net, slices.Sorted(maps.Keys(s.nets)))
	}
	if what == nil {
		delete(s.nets, q.Net)
		return struct{}{}, nil, q.only()
	}
	return what(net, q)
}

// open builds a network and tells what it is.
func (s *session) open(q *Request) (any, []Array, error) {
	if len(s.nets) == mostNetworks {
		return nil, nil, refuse("close one of them", "%d networks are open", mostNetworks)
	}
	if (q.Path == "") == (q.Text == nil) {
		return nil, nil, refuse("", "open takes the path of an experiment file or a run, or its text")
	}
	if err := q.tables(); err != nil {
		return nil, nil, err
	}
	held := int64(0)
	for _, net := range s.nets {
		held += net.x.Memory.Total()
	}
	x, theta, err := s.Open(q, held)
	if err != nil {
		return nil, nil, err
	}
	s.last++
	net := newNetwork(x, theta, s.Most)
	s.nets[s.last] = net
	return net.facts(s.last)
}
