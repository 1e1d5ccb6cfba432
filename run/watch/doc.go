// Package watch hands what happens in a training to programs that others wrote:
// TensorBoard and MLflow.
//
// Its one idea: a sink is told the records of the log of a run or session
// (run/events), each once and in order, and what it makes of them follows from the
// log alone. So a training that was killed and goes on, a log that is followed from
// another machine, and a run that ended last year all end as the same curves, and
// what could not be delivered can be delivered later.
//
// The order of reading: sink.go, scores.go, tensorboard.go, proto.go, mlflow.go.
package watch
