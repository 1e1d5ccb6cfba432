//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Every command that goes on when it is given again ends with 75 when a queue says that its
// time is nearly over (SIGUSR1), or ends it (SIGTERM), and says how to go on; Ctrl-C has a
// code of its own.
func TestQueuesEndCommands(t *testing.T) {
	example := func(name string) string {
		text, err := os.ReadFile(filepath.Join("../../examples", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, c := range map[string]struct {
		before, args []string
		begun        string // a file that says that it is under way
	}{
		"train":      {nil, []string{"train", "long.yaml", "--no-figures"}, "runs/long/metrics.csv"},
		"resume":     {[]string{"train", "short.yaml", "--no-figures"}, []string{"resume", "runs/short", "--epochs", "9000000"}, "runs/short/lock"},
		"retrain":    {[]string{"train", "short.yaml", "--no-figures"}, []string{"retrain", "runs/short", "--task", "long.yaml", "--no-figures"}, "runs/short+long/metrics.csv"},
		"damage":     {[]string{"train", "short.yaml", "--no-figures"}, []string{"damage", "runs/short", "--each", "--retrain", "--no-figures"}, "runs/short/damage/bonds.jsonl"},
		"rules":      {nil, []string{"rules", "behaviour.yaml", "spsa", "--seeds", "10000"}, "rules/behaviour/trials/*"},
		"sequence":   {nil, []string{"sequence", "sequence-wine.yaml", "sequence-iris.yaml", "--seeds", "1000"}, "sequence/*/trials/*"},
		"autonomous": {nil, []string{"autonomous", "left-right.yaml", "--seeds", "10000"}, "autonomous/left-right/trials/*"},
		"prune":      {nil, []string{"prune", "auxetic.yaml", "network.points=1000", "--poisson=-0.95", "--no-figures"}, "pruned/*/*"},
	} {
		for _, sig := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGTERM, syscall.SIGINT} {
			t.Run(fmt.Sprint(name, " ", sig), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				put(t, dir, "long.yaml", longTraining)
				put(t, dir, "short.yaml", strings.Replace(longTraining, "epochs: 1000000", "epochs: 4000", 1))
				for _, word := range c.args {
					if name, is := strings.CutSuffix(word, ".yaml"); is && name != "long" {
						put(t, dir, word, example(name))
					}
				}
				if c.before != nil {
					program(t, dir, c.before...).start().ends(0)
				}
				s := program(t, dir, c.args...).start()
				s.until("its first file", s.exists(c.begun))
				time.Sleep(50 * time.Millisecond)
				s.send(sig)
				code := 75
				if sig == syscall.SIGINT {
					code = 130
				}
				s.ends(code)
				if code == 75 {
					s.saysOnce("the same command goes on")
				} else if strings.Count(s.err.String(), "goes on") > 1 { // before there is anything to keep it says nothing
					t.Errorf("said twice: %s", s.err.String())
				}
			})
		}
	}
}
