package run

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/train"
)

// ReadMetrics reads metrics.csv of a run; absent values are NaN.
func ReadMetrics(fsys atomicfile.FS, dir string) ([]train.Record, error) {
	path := filepath.Join(dir, metricsName)
	text, err := atomicfile.ReadFile(fsys, path, mostBytes)
	if err != nil {
		return nil, err
	}
	records, err := parseMetrics(text[:bytes.LastIndexByte(text, '\n')+1]) // the run may be writing its last line
	if err != nil {
		return nil, &DirectoryError{Code: "E0602", Dir: dir, Cause: "metrics.csv is damaged", Err: err,
			Help: "run the same command again with this directory: it makes the file anew from events.jsonl"}
	}
	return records, nil
}

// parseMetrics reads whole lines of metrics.csv.
func parseMetrics(text []byte) ([]train.Record, error) {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	validated := err == nil && len(rows) > 0 && strings.Join(rows[0], ",") == metricsHeader+validHeader
	if err == nil && !validated && (len(rows) == 0 || strings.Join(rows[0], ",") != metricsHeader) {
		err = errors.New("it does not begin with the names of its columns")
	}
	if err != nil {
		return nil, err
	}
	records := make([]train.Record, 0, len(rows)-1)
	for _, row := range rows[1:] {
		value := func(column int) float64 {
			v, err := strconv.ParseFloat(row[column], 64)
			if err != nil {
				return math.NaN()
			}
			return v
		}
		r := train.Record{Epoch: int(value(0)), Steps: int(value(1))}
		r.Train.Loss, r.Train.Accuracy, r.Train.Relative = value(2), value(3), value(4)
		r.Test.Loss, r.Test.Accuracy, r.Test.Relative = value(5), value(6), value(7)
		r.Valid.Loss, r.Valid.Accuracy, r.Valid.Relative = math.NaN(), math.NaN(), math.NaN()
		if validated {
			r.Valid.Loss, r.Valid.Accuracy, r.Valid.Relative = value(8), value(9), value(10)
		}
		records = append(records, r)
	}
	return records, nil
}
