// Command splits trains an experiment file over many seeds, each with a split of the data of its own, and sets what it learned beside
// linear classifiers of the same splits: accuracies, their spread, paired differences with standard errors.
//
//	go run ./bench/records/splits bench/records/wine.yaml                      # 100 splits: opens their test parts
//	go run ./bench/records/splits -first 1001 -splits 20 bench/records/wine.yaml 'task.validation.share=20%'   # chooses: they stay closed
//	go run ./bench/records/splits -json bench/records/wine.yaml learn.epochs=50
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/bench/records"
	_ "github.com/elastrain/elastrain/shelf"
)

func main() {
	study := records.Study{}
	flag.IntVar(&study.First, "first", 1, "first seed")
	flag.IntVar(&study.Splits, "splits", 100, "seeds")
	flag.BoolVar(&study.Open, "open", false, "score the test part also where a part validates")
	flag.IntVar(&study.Threads, "threads", 0, "trainings at a time; 0: as many as there are processors")
	linear := flag.Bool("linear", true, "train linear classifiers on the same splits")
	asJSON := flag.Bool("json", false, "print one object, with every split")
	flag.Parse()
	study.Linear = *linear
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := do(ctx, &study, flag.Args(), *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "splits:", err)
		os.Exit(1)
	}
}

func do(ctx context.Context, study *records.Study, args []string, asJSON bool) error {
	if len(args) == 0 || study.Splits < 1 || study.First < 0 {
		return fmt.Errorf("name an experiment file, and changes to it; -splits is at least 1")
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	study.Name, study.Text, study.Overrides = args[0], text, args[1:]
	folder := filepath.Dir(args[0])
	study.Files = func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(folder, name)
		}
		return os.ReadFile(name)
	}
	began := time.Now()
	result, err := study.Run(ctx)
	if err != nil {
		return err
	}
	summary := result.Summarise(study)
	summary.Seconds = time.Since(began).Seconds()
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(summary)
	}
	return summary.Print(os.Stdout)
}
