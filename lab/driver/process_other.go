//go:build !unix

package driver

import "os/exec"

func group(*exec.Cmd) {}

func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

func endGroup(*exec.Cmd) {}
