package main

import (
	"time"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/run/insitu"
)

// patienceOfTheSystem is how long a session that is told to end may measure on. The
// system that wants it to end kills it after some seconds; a bench that nobody unloads
// then stays loaded.
const patienceOfTheSystem = 2 * time.Second

// moves says how a session ends: after Ctrl-C when the load that hangs is measured,
// after the second at once; when the system wants it to, or the terminal is gone, at the
// end of this load or after a few seconds, whatever comes first.
func (s *session) moves(t *insitu.Training) {
	session := t.Session
	guard := session.Guard()
	s.ending.Move(&cli.Moving{
		Interrupt: func(times int) {
			session.Interrupt()
			if times == 1 {
				s.Notef("pausing when this load is measured; once more to stop now\n")
			}
		},
		Terminate: func() {
			guard.Hurry()
			session.Interrupt()
			time.AfterFunc(patienceOfTheSystem, func() { // twice, if a pause had been delivered meanwhile
				session.Interrupt()
				session.Interrupt()
			})
			s.Notef("pausing when this load is measured, or in %v\n", patienceOfTheSystem)
		},
		Waiting: guard.Waiting,
		Leave:   guard.Leave,
	})
}

// movesBench is moves for commands that use a bench without a session: the first signal
// calls off what is under way, and the bench is made safe.
func (s *session) movesBench(bench lab.Bench) {
	s.ending.Move(&cli.Moving{
		Waiting: func() (string, time.Time) { return lab.Waiting(bench) },
		Leave:   func() { lab.Leave(bench) },
	})
}
