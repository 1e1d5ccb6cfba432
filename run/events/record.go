package events

import (
	"encoding/json"

	"github.com/elastrain/elastrain/snapshot"
)

// Name of the log in the directory of a run or session.
const Name = "log.jsonl"

// Kinds of records. A reader passes over kinds that it does not know.
const (
	KindHead  = "head"  // what is trained; record 1, and no other
	KindBegin = "begin" // a process begins, or goes on
	KindEpoch = "epoch" // the state after an epoch of a run, or as a session has measured it after so many commits
	KindLoad  = "load"  // a load of a session was hung and measured
	KindPause = "pause" // the process has stopped at a checkpoint; the same command goes on
	KindFault = "fault" // the process has ended with an error; the same command goes on
	KindEnd   = "end"   // the training is over; more epochs may follow where somebody asks for them
)

// Record is a line of a log.
type Record struct {
	Seq   int     `json:"seq"`            // from 1, without a gap
	Time  float64 `json:"time,omitempty"` // seconds since 1970 when it was told; 0: not known, it was taken over from events.jsonl
	Kind  string  `json:"kind"`
	Epoch int     `json:"epoch"` // epochs of a run, or commits of a session, that are done
	Steps int     `json:"steps"` // of the optimiser

	// Of epoch and end; what a task does not have, or a session has not measured, is absent.
	Loss          *float64 `json:"loss,omitempty"`
	TrainAccuracy *float64 `json:"train_accuracy,omitempty"`
	TrainError    *float64 `json:"train_error,omitempty"` // relative displacement error
	TestLoss      *float64 `json:"test_loss,omitempty"`
	TestAccuracy  *float64 `json:"test_accuracy,omitempty"`
	TestError     *float64 `json:"test_error,omitempty"`
	ValidLoss     *float64 `json:"validation_loss,omitempty"` // of the part of the training data by which settings are chosen
	ValidAccuracy *float64 `json:"validation_accuracy,omitempty"`
	ValidError    *float64 `json:"validation_error,omitempty"`
	// All parameters at that epoch, SI units: of a run now and then, of a session at every commit.
	Theta []float64 `json:"theta,omitempty"`

	Head    *Head           `json:"head,omitempty"`    // of head
	Epochs  int             `json:"epochs,omitempty"`  // of begin: asked for in all
	Version string          `json:"version,omitempty"` // of begin: of the program
	Load    *Load           `json:"load,omitempty"`    // of load
	Status  string          `json:"status,omitempty"`  // of end: converged or not; of a session success or abort
	Text    string          `json:"text,omitempty"`    // of pause, fault and end: why
	Verdict json.RawMessage `json:"verdict,omitempty"` // of the end of a run: as in result.json
}

// Head says what is trained.
type Head struct {
	Format   int    `json:"format"` // of the log; 1
	ID       string `json:"id"`     // of this log; another one begins another log
	Of       string `json:"of"`     // run or session
	Kind     string `json:"kind"`   // train, retrain, damage or lab
	Title    string `json:"title,omitempty"`
	Spec     string `json:"spec"`     // name of the experiment file, as it was given
	Identity string `json:"identity"` // of the experiment, as in manifest.json or lab.json
	Version  string `json:"version"`  // of the program that began it
	Seed     uint64 `json:"seed"`
	Method   string `json:"method"`
	Rule     string `json:"rule"`
	Loss     string `json:"loss"`
	Bench    string `json:"bench,omitempty"` // of a session

	Dim        int `json:"dim"`
	Nodes      int `json:"nodes"`
	Elements   int `json:"elements"`
	Parameters int `json:"parameters"` // len of theta
	Learn      int `json:"learn"`      // of these
	Train      int `json:"training_samples"`
	Test       int `json:"test_samples"`
	Valid      int `json:"validation_samples,omitempty"`
	Scored     int `json:"training_scored,omitempty"` // rows of the training part that stand for it in scores, where they are not all

	Blocks  []snapshot.Block `json:"blocks"` // of theta
	Inputs  []snapshot.Port  `json:"inputs"`
	Outputs []snapshot.Port  `json:"outputs"`
}

// Load is a load of a session.
type Load struct {
	Part   string `json:"part"`            // of the gradient: input, output, ...
	Number int    `json:"number"`          // of the input, output or sample, from 1
	Turn   int    `json:"turn"`            // 1 where the load was hung the other way round
	Shot   int    `json:"shot,omitempty"`  // from 1, of a load that is hung in pieces
	Shots  int    `json:"shots,omitempty"` // these pieces
	Used   bool   `json:"used"`            // false: rejected, and measured again
}
