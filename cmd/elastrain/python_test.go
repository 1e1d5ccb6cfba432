package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The Python package opens an example through this program, and its gradient is that of the file. The rest is
// scripts/check-python.sh's.
func TestPythonPackage(t *testing.T) {
	python := ""
	for _, name := range []string{os.Getenv("PYTHON"), "/usr/bin/python3", "python3"} {
		if name != "" && exec.Command(name, "-c", "import numpy").Run() == nil {
			python = name
			break
		}
	}
	if python == "" {
		t.Skip("no python3 with numpy is here (Debian: python3-numpy)")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command(python, "-c", `
import numpy, elastrain
with elastrain.open("../../examples/iris.yaml") as net:
    loss, slope = net.loss()
    step = 1e-3 * numpy.eye(28)[4]
    print(abs((net.loss(net.theta + step)[0] - net.loss(net.theta - step)[0]) / 2e-3 / slope[4] - 1) < 1e-6)
    try:
        net.solve(theta=-net.theta)
    except elastrain.ElastrainError as e:
        print(e.code, e.exit_code)
`)
	run.Env = append(os.Environ(), "PYTHONPATH=../../python", "PYTHONDONTWRITEBYTECODE=1", "ELASTRAIN="+self, victim+"=1")
	said, err := run.CombinedOutput()
	if want := "True\nE0702 3\n"; err != nil || strings.ReplaceAll(string(said), "\r", "") != want {
		t.Errorf("%v\n%swant\n%s", err, said, want)
	}
}
