package experiment

import "github.com/elastrain/elastrain/task"

// Confusion counts the samples of a set by right class and by the class that outputs u (N x Q) name, and lists the latter.
func Confusion(set *task.Set, u []float64) (counts [][]int, predicted []int) {
	counts, predicted = make([][]int, set.Q), make([]int, set.N)
	for o := range counts {
		counts[o] = make([]int, set.Q)
	}
	for i := range set.N {
		goal := set.Goal(i)
		predicted[i], _ = goal.Predict(u[i*set.Q : (i+1)*set.Q])
		counts[goal.Class][predicted[i]]++
	}
	return counts, predicted
}
