package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/ports"
	"github.com/elastrain/elastrain/spec"
)

type portsCommand struct {
	Spec           string   `arg:"" help:"Experiment file of a classification, - for stdin."`
	Overrides      []string `arg:"" optional:"" help:"Changes to the file."`
	Tries          int      `default:"600" help:"Sets of ports to try: half at random, half as changes of the best."`
	KeepComplement bool     `help:"Keep the complements of the file instead of choosing them."`
	Out            string   `short:"o" placeholder:"FILE" help:"Write the experiment with the best ports here."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*portsCommand) Help() string {
	return `Examples:
  elastrain ports iris.yaml                              the best of 600 sets
  elastrain ports iris.yaml --tries 3000 -o best.yaml    more, and the file to train`
}

// chosen is a set of ports as the file would write it.
type chosen struct {
	Loss     float64       `json:"training_loss"`
	Accuracy float64       `json:"training_accuracy"`
	Inputs   []spec.Input  `json:"-"`
	Outputs  []spec.Output `json:"-"`
	In       []portWords   `json:"inputs"`
	Out      []portWords   `json:"outputs"`
}

type portWords struct {
	Node       int    `json:"node"`
	Along      string `json:"along"`
	Reads      string `json:"reads,omitempty"` // turn, potential
	Feature    string `json:"feature,omitempty"`
	Complement bool   `json:"complement,omitempty"`
	Class      string `json:"class,omitempty"`
}

func (c *portsCommand) Run(s *session) error {
	if c.Tries < 2 {
		return &cli.UsageError{Text: fmt.Sprintf("--tries %d is no search", c.Tries), Help: "give 2 or more; 600 is usual"}
	}
	x, _, err := s.Build(c.Spec, c.Overrides, &c.Computing)
	if err != nil {
		return err
	}
	s.notes(x)
	result, err := ports.Search(s.ctx, x, ports.Options{Random: c.Tries / 2, Mutate: c.Tries - c.Tries/2, FixComplement: c.KeepComplement,
		Progress: func(tried, total int, best *ports.Set) {
			if tried%100 == 0 {
				s.Notef("%d of %d sets tried, best training loss %.4g, accuracy %.2f %%\n", tried, total, best.Loss, 100*best.Accuracy)
			}
		}})
	if err != nil {
		if s.ctx.Err() != nil {
			return &cli.StoppedError{Text: "a search keeps nothing, so run it again"}
		}
		return err
	}
	if len(result.Best) == 0 {
		return errors.New("no set of ports moved every output")
	}
	best, err := ports.Apply(x, result.Best[0])
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := cli.WriteOutput(c.Out, best.Resolved()); err != nil {
			return err
		}
	}
	var list []chosen
	for _, set := range result.Best {
		list = append(list, words(x, set))
	}
	if s.JSON {
		return s.Object(map[string]any{"spec": c.Spec, "tried": result.Tried, "training_samples": x.Train.N, "separation": result.Separation, "best": list, "written": c.Out})
	}
	s.Printf("tried %d sets of ports on the %d training samples; the test part was not looked at\n\n", result.Tried, x.Train.N)
	s.Printf("rank  training loss  training accuracy  inputs -> outputs\n")
	for i, l := range list {
		s.Printf("%-5d %13.6g %17.2f %%  %s -> %s\n", i+1, l.Loss, 100*l.Accuracy, summary(l.In), summary(l.Out))
	}
	s.Printf("\n  inputs:\n")
	for i, p := range list[0].In {
		complement := ""
		if p.Complement {
			complement = ", complement: true"
		}
		size, key, unit := x.InputSize(i)
		s.Printf("    - {node: %d%s, %s: %s, feature: %s%s}\n", p.Node, comma("along", p.Along), key, spec.FormatQuantity(size, unit), p.Feature, complement)
	}
	s.Printf("  outputs:\n")
	for _, p := range list[0].Out {
		s.Printf("    - {node: %d%s%s, class: %s}\n", p.Node, comma("along", p.Along), comma("reads", p.Reads), p.Class)
	}
	if c.Out == "" {
		s.Notef("\nput these into the task of %s, or add -o FILE to write the whole experiment\n", c.Spec)
	} else {
		s.Notef("\nnext  %s\n", cli.Command("train", c.Out))
	}
	return nil
}

func words(x *experiment.Experiment, set ports.Set) chosen {
	c := chosen{Loss: set.Loss, Accuracy: set.Accuracy}
	for i, p := range set.In {
		c.In = append(c.In, portWords{Node: x.Network.NodeNumber(p.Node), Along: along(x.Network, p), Feature: x.Inputs[i], Complement: set.Complement[i]})
	}
	for o, p := range set.Out {
		c.Out = append(c.Out, portWords{Node: x.Network.NodeNumber(p.Node), Along: along(x.Network, p), Reads: x.Spec.Task.Outputs[o].Reads, Class: x.Outputs[o]})
	}
	return c
}

// comma is one more key of a line; nothing where it has no value.
func comma(key, value string) string {
	if value == "" {
		return ""
	}
	return ", " + key + ": " + value
}

// along writes the direction of a port as a file would; "" of what has none.
func along(net *network.Network, p network.Port) string {
	if p.Part != network.Move {
		return ""
	}
	for axis := range net.Dim {
		switch p.Dir[axis] {
		case 1:
			return "xyz"[axis : axis+1]
		case -1:
			return "-" + "xyz"[axis:axis+1]
		}
	}
	parts := make([]string, net.Dim)
	for axis := range parts {
		parts[axis] = fmt.Sprintf("%.4g", p.Dir[axis])
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// summary is ports in a few characters: 11-y 7-y 9-y 13-y.
func summary(list []portWords) string {
	parts := make([]string, len(list))
	for i, p := range list {
		parts[i] = fmt.Sprintf("%d(%s)", p.Node, cmp.Or(p.Along, p.Reads))
		if p.Complement {
			parts[i] += "*"
		}
	}
	return strings.Join(parts, " ")
}
