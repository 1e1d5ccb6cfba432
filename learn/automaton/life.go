package automaton

import (
	"math"
	"math/rand/v2"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Setup is a lattice of automata and the driver at its boundary.
type Setup struct {
	Eq      *mechanics.Equilibrium
	Net     *network.Network
	In, Out []network.Port
	Loss    task.SampleLoss
	Lo, Hi  []float64 // range of the stiffness of each bond, N/m; equal where it does not learn; len M
	Start   []float64 // N/m; len M
	Size    float64   // largest load that the error hangs as at the start, N
	Hold    float64   // in place of a load: the driver pushes outputs this share of the way to where they shall go (coupled learning); 0: it hangs the error
	Sites   int       // places of attachment to either side; Attach alone

	Habits
	Conditions
	Seed uint64
}

// Life is a lattice of automata in time. One sample is shown in a unit of time: its input hangs for the first half, its error for the second.
type Life struct {
	*Matter
	Deaths  int // bonds that died
	Moves   int // times that a motor let go and took hold elsewhere
	Unheard int // bits that bonds missed

	s      *Setup
	now    float64
	bonds  []bond
	gain   float64   // N for each unit of dL/du
	unit   []float64 // by which what the rule measures is multiplied to be a change of x at rate 1; len M
	heat   *heat     // nil: bonds rest
	load   []float64
	out    []float64
	slope  []float64 // dL/du
	push   []float64 // what the driver hangs at the outputs in the second half, N
	ports  [2][]port // inputs, outputs
	beside [][]int   // bonds that meet each bond
	random [heatStream + 1]*rand.Rand
}

type port struct {
	unknown []int32
	value   []float64
}

// New begins a life. The set is what will be shown: the sizes of errors and steps are those that it has at the start, as whoever makes the
// matter would choose them once.
func New(s *Setup, set *task.Set) (*Life, error) {
	m, err := NewMatter(s.Eq, s.Start)
	if err != nil {
		return nil, err
	}
	if err := task.Check(s.Loss); err != nil {
		return nil, err
	}
	l := &Life{Matter: m, s: s, bonds: make([]bond, len(s.Start)), load: make([]float64, s.Eq.C.N), out: make([]float64, len(s.Out)),
		slope: make([]float64, len(s.Out)), push: make([]float64, len(s.Out)), unit: make([]float64, len(s.Start))}
	for i := range l.random {
		l.random[i] = stream(s.Seed, uint64(i))
	}
	for i, list := range [][]network.Port{s.In, s.Out} {
		for _, p := range list {
			unknown, value := s.Eq.C.Load(p)
			l.ports[i] = append(l.ports[i], port{unknown, value})
		}
	}
	l.beside = neighbours(s.Net, s.Eq.C)
	faults := s.faults(len(l.bonds), l.random[faultStream])
	for i := range l.bonds {
		b := &l.bonds[i]
		b.next, b.rate, b.fault, b.dies = math.Inf(1), math.Exp(s.Drift*l.random[clockStream].NormFloat64()), faults[i], math.Inf(1)
		b.x = l.startOf(i)
		if s.Lifetime > 0 && l.learns(i) {
			b.dies = s.Lifetime * l.random[lifeStream].ExpFloat64()
		}
	}
	if err := l.calibrate(set); err != nil {
		return nil, err
	}
	for i := range l.bonds { // after the sizes, which know of no fault
		if b := &l.bonds[i]; b.fault == Stuck && l.learns(i) {
			if err := l.move(i, l.anywhere(faultStream)); err != nil {
				return nil, err
			}
		}
	}
	if s.Relaxation > 0 {
		l.heat, err = newHeat(l)
	}
	return l, err
}

// learns reports whether a bond can change at all.
func (l *Life) learns(i int) bool { return l.s.Rule == Attach || l.s.Hi[i] > l.s.Lo[i] }

// Able reports whether a bond can learn, and no fault keeps it from changing.
func (l *Life) Able(i int) bool {
	return l.learns(i) && l.bonds[i].fault != Dead && l.bonds[i].fault != Stuck
}

// startOf is the x of a bond at the start.
func (l *Life) startOf(i int) float64 {
	if l.s.Rule == Attach || l.s.Hi[i] == l.s.Lo[i] {
		return 0
	}
	return (l.s.Start[i] - l.s.Lo[i]) / (l.s.Hi[i] - l.s.Lo[i])
}

// anywhere is an x of equal chance.
func (l *Life) anywhere(of uint64) float64 {
	if l.s.Rule == Attach {
		return float64(l.s.Sites) * (2*l.random[of].Float64() - 1)
	}
	return l.random[of].Float64()
}

// hang replaces the loads at inputs and outputs.
func (l *Life) hang(in, out []float64) {
	clear(l.load)
	for i, f := range in {
		l.put(&l.ports[0][i], f)
	}
	for o, f := range out {
		l.put(&l.ports[1][o], f)
	}
	l.changing(func() { l.Hang(l.load) })
}

func (l *Life) put(p *port, f float64) {
	for a, unknown := range p.unknown {
		l.load[unknown] += f * p.value[a]
	}
}

// read lets the first half of a showing pass. The driver reads as often as a bond does, and takes the mean.
func (l *Life) read() error {
	if err := l.heat.turn(); err != nil {
		return err
	}
	times := 1
	if l.heat != nil || l.s.Noise > 0 {
		times = l.s.Times
	}
	begin := l.now
	clear(l.out)
	for i := 1; i <= times; i++ {
		if err := l.until(begin + l.s.Wait + (0.5-l.s.Wait)*float64(i)/float64(times)); err != nil {
			return err
		}
		l.look(1/float64(times), l.s.Noise)
	}
	return nil
}

// look adds a share of what the outputs read to out.
func (l *Life) look(share, noise float64) {
	dev := l.heat.deviation()
	for o := range l.out {
		p, sum := &l.ports[1][o], 0.0
		for a, unknown := range p.unknown {
			sum += p.value[a] * l.u[unknown]
			if dev != nil {
				sum += p.value[a] * dev[unknown]
			}
		}
		if noise > 0 {
			sum += noise * l.random[readStream].NormFloat64()
		}
		l.out[o] += share * sum
	}
}

// judge sets slope to dL/du of what was read, 0 where nothing moves, and push to what the driver makes of it.
func (l *Life) judge(goal task.Goal) {
	if v := l.s.Loss.Eval(l.out, goal, l.slope); math.IsNaN(v) {
		clear(l.slope)
	}
	if l.s.Hold > 0 {
		l.hold(goal)
		return
	}
	for o, v := range l.slope {
		l.push[o] = -l.gain * v
	}
}

// Show shows a sample for a unit of time.
func (l *Life) Show(in []float64, goal task.Goal) error {
	l.hang(in, nil)
	l.say(Free)
	if err := l.read(); err != nil {
		return err
	}
	l.judge(goal)
	if l.s.Rule == Product {
		in = nil
	}
	l.hang(in, l.push)
	l.say(Error)
	if err := l.heat.turn(); err != nil {
		return err
	}
	return l.until(l.now + 0.5)
}

// Leave lets a unit of time pass without load and without a word.
func (l *Life) Leave() error {
	l.hang(nil, nil)
	if err := l.heat.turn(); err != nil {
		return err
	}
	return l.until(l.now + 1)
}

// say is heard by every bond that does not happen to miss it.
func (l *Life) say(bit Bit) {
	for i := range l.bonds {
		b := &l.bonds[i]
		if !l.Able(i) {
			continue
		}
		if l.s.Lost > 0 && l.random[hearStream].Float64() < l.s.Lost {
			l.Unheard++
			continue
		}
		b.hear(bit, l.now, &l.s.Habits, l.random[clockStream])
	}
}

// until lets everything happen that happens before a time.
func (l *Life) until(end float64) error {
	for {
		who, when, death := -1, end, false
		for i := range l.bonds {
			if b := &l.bonds[i]; b.dies < when {
				who, when, death = i, b.dies, true
			}
			if b := &l.bonds[i]; b.next < when {
				who, when, death = i, b.next, false
			}
		}
		l.heat.pass(when - l.now)
		l.now = when
		if who < 0 {
			return nil
		}
		var err error
		if death {
			err = l.die(who)
		} else {
			err = l.tick(who)
		}
		if err != nil {
			return err
		}
	}
}

// tick lets a bond feel and act.
func (l *Life) tick(i int) error {
	b := &l.bonds[i]
	e := l.Elongation(i)
	if dev := l.heat.deviation(); dev != nil {
		e += l.along(i, dev)
	}
	if l.s.Noise > 0 {
		e += l.s.Noise * l.random[readStream].NormFloat64()
	}
	if b.fault == Noisy {
		e *= 1 + l.random[readStream].NormFloat64()
	}
	b.next = l.now + b.wait(&l.s.Habits, l.s.Jitter, l.random[clockStream])
	if change := l.unit[i] * b.tick(e, &l.s.Habits); change != 0 {
		return l.move(i, b.x+change)
	}
	return nil
}

// move gives a bond another x, within its range. A motor takes the nearest place of attachment once it is nearer by more than a tenth of a site.
func (l *Life) move(i int, x float64) (err error) {
	b := &l.bonds[i]
	if l.s.Rule != Attach {
		b.x = min(max(x, 0), 1)
		k := l.s.Lo[i]*(1-b.x) + l.s.Hi[i]*b.x
		l.changing(func() { err = l.Stiffen(i, k) })
		return err
	}
	b.x = min(max(x, -float64(l.s.Sites)), float64(l.s.Sites))
	if at := l.longer[i] / l.s.Site; math.Abs(b.x-at) > 0.6 {
		l.changing(func() { l.Lengthen(i, l.s.Site*math.Round(b.x)) })
		l.Moves++
	}
	return nil
}

// changing does what moves the lattice; where it comes to rest slowly it stays where it is at first.
func (l *Life) changing(do func()) {
	if l.heat == nil {
		do()
		return
	}
	l.heat.before(l.u)
	do()
	l.heat.after(l.u)
}

// die replaces a bond by a new one, which knows nothing.
func (l *Life) die(i int) error {
	b := &l.bonds[i]
	b.dies = l.now + l.s.Lifetime*l.random[lifeStream].ExpFloat64()
	b.mean, b.felt, b.left, b.heard, b.next = 0, 0, 0, Rest, math.Inf(1)
	l.Deaths++
	if b.fault == Stuck {
		return nil
	}
	x := l.startOf(i)
	switch l.s.Reborn {
	case "random":
		x = l.anywhere(lifeStream)
	case "neighbour":
		if near := l.beside[i]; len(near) > 0 {
			x = l.bonds[near[l.random[lifeStream].IntN(len(near))]].x
		}
	}
	return l.move(i, x)
}

// Outputs are what the outputs would do under an input, cold and at rest: for who judges beside it. It changes nothing.
func (l *Life) Outputs(in, out []float64) []float64 {
	load, u := append([]float64(nil), l.Matter.load...), append([]float64(nil), l.u...)
	clear(l.load)
	for i, f := range in {
		l.put(&l.ports[0][i], f)
	}
	l.Hang(l.load)
	out = out[:0]
	for o := range l.ports[1] {
		p, sum := &l.ports[1][o], 0.0
		for a, unknown := range p.unknown {
			sum += p.value[a] * l.u[unknown]
		}
		out = append(out, sum)
	}
	copy(l.Matter.load, load)
	copy(l.u, u)
	return out
}
