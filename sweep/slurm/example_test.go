package slurm_test

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/sweep/slurm"
)

// What is asked for becomes the head of a script for an array of jobs.
func Example() {
	a, err := slurm.Parse("partition=short,time=1:00:00,jobs=4")
	if err != nil {
		fmt.Println(err)
		return
	}
	script := a.Script(slurm.Sweep{Program: "/opt/elastrain", Dir: "/home/ada/sweeps/iris", Name: "iris", Points: 200, Chunks: 100})
	for line := range strings.Lines(string(script)) {
		if strings.HasPrefix(line, "#SBATCH") || strings.HasPrefix(line, "/opt") {
			fmt.Print(line)
		}
	}
	// Output:
	// #SBATCH --array=1-4
	// #SBATCH --job-name=iris
	// #SBATCH --output=/home/ada/sweeps/iris/slurm-%A_%a.txt
	// #SBATCH --open-mode=append
	// #SBATCH --ntasks=1
	// #SBATCH --requeue
	// #SBATCH --signal=B:USR1@60
	// #SBATCH --partition=short
	// #SBATCH --time=1:00:00
	// /opt/elastrain sweep --join /home/ada/sweeps/iris --no-wait --threads "${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}" &
}
