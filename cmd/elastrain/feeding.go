package main

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/watch"
	"github.com/elastrain/elastrain/train"
)

// watchFlags say which other programs show a training.
type watchFlags struct {
	Tensorboard string `placeholder:"DIR" help:"Write the training for TensorBoard, too, into a folder of DIR with the name of the run."`
	Mlflow      string `placeholder:"URL" help:"Send the training to an MLflow tracking server, too, such as http://127.0.0.1:5000."`
}

// feeding feeds other programs while a training goes on. It is a run.Sink, so what it
// has to say is said between two epochs.
type feeding struct {
	s     *session
	flags *watchFlags
	mlf   *watch.MLflow
	dir   string // of the run or session
	stop  chan struct{}
	ended chan error

	mu    sync.Mutex
	notes []string
}

// watcher is nil where no program watches. A server that cannot be reached is refused
// before a training begins.
func (f *watchFlags) watcher(s *session) (*feeding, error) {
	if f.Tensorboard == "" && f.Mlflow == "" {
		return nil, nil
	}
	w := &feeding{s: s, flags: f}
	if f.Mlflow == "" {
		return w, nil
	}
	var err error
	if w.mlf, err = watch.NewMLflow(f.Mlflow); err != nil {
		return nil, &cli.UsageError{Text: err.Error(), Help: "`mlflow server` starts one and says its address"}
	}
	return w, w.mlf.Reach(s.ctx)
}

// sinks are the programs that watch a directory.
func (w *feeding) sinks(dir string) (list []watch.Sink) {
	name := filepath.Base(dir)
	if whole, err := filepath.Abs(dir); err == nil {
		name = filepath.Base(whole)
	}
	if w.flags.Tensorboard != "" {
		list = append(list, watch.NewTensorBoard(atomicfile.OS{}, filepath.Join(w.flags.Tensorboard, name)))
	}
	if w.mlf != nil {
		w.mlf.RunName, w.mlf.Parameters = name, resolvedKeys(dir)
		list = append(list, w.mlf)
	}
	return list
}

// resolvedKeys are the keys of the resolved experiment file of a directory, with their values:
// learn.rate and so on.
func resolvedKeys(dir string) map[string]string {
	const most = 1 << 20
	all := map[string]string{}
	text, err := atomicfile.ReadFile(atomicfile.OS{}, filepath.Join(dir, "resolved.yaml"), most)
	if err != nil {
		return all // there is none to tell of
	}
	var tree any
	if yaml.Unmarshal(text, &tree) != nil {
		return all
	}
	var walk func(name string, node any)
	walk = func(name string, node any) {
		children, ok := node.(map[string]any)
		if !ok {
			all[name] = fmt.Sprint(node)
			return
		}
		for key, child := range children {
			if name != "" {
				key = name + "." + key
			}
			walk(key, child)
		}
	}
	walk("", tree)
	return all
}

// begin feeds the programs from now on.
func (w *feeding) begin(dir string) {
	if w == nil {
		return
	}
	w.dir, w.stop, w.ended = dir, make(chan struct{}), make(chan error, 1)
	feed := watch.NewFeed(atomicfile.OS{}, dir, w.sinks(dir)...)
	feed.Note = func(text string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.notes = append(w.notes, text)
	}
	go func() {
		w.ended <- feed.Run(context.WithoutCancel(w.s.ctx), w.stop)
	}()
}

// say prints what the feed has to say.
func (w *feeding) say() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, note := range w.notes {
		fmt.Fprintf(w.s.Err, "note: %s\n", note)
	}
	w.notes = nil
}

// end hands on what is left, and says where to look. A training whose curves did not
// arrive is trained all the same.
func (w *feeding) end() {
	if w == nil || w.stop == nil {
		return
	}
	if err := w.finish(); err != nil {
		fmt.Fprintf(w.s.Err, "note: %v; the training has lost nothing, and `%s` hands on what is missing\n", err, w.again())
		return
	}
	for _, line := range w.names() {
		w.s.Notef("curves    %s\n", line)
	}
}

// finish hands on what is left.
func (w *feeding) finish() error {
	close(w.stop)
	err := <-w.ended
	w.stop = nil
	w.say()
	return err
}

// again is the command that hands on what is missing.
func (w *feeding) again() string {
	words := []string{"--once"}
	if w.flags.Tensorboard != "" {
		words = append(words, "--tensorboard", w.flags.Tensorboard)
	}
	if w.mlf != nil {
		words = append(words, "--mlflow", w.mlf.Address())
	}
	return cli.Command("follow", w.dir, words...)
}

// names say where a training can be looked at.
func (w *feeding) names() (list []string) {
	if w.flags.Tensorboard != "" {
		list = append(list, cli.Words("tensorboard", "--logdir", w.flags.Tensorboard))
	}
	if w.mlf != nil {
		list = append(list, fmt.Sprintf("%s, experiment %s", w.mlf.Address(), w.mlf.Experiment))
	}
	return list
}

// Begin implements run.Sink.
func (w *feeding) Begin(*run.Run, int) {}

// Epoch implements run.Sink.
func (w *feeding) Epoch(train.Record) { w.say() }

// End implements run.Sink.
func (w *feeding) End(*run.Run, error) {}
