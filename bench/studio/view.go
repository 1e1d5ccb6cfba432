package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// visit is what viewers are to do.
type visit struct {
	Base, Cookie, ID string
	Viewers          int
	Every, Time      time.Duration
}

// seen is what they found.
type seen struct {
	Waits     []float64 // s, of each request
	Records   int       // of the log, by all
	Processor float64   // s of this process
	Faults    []string
}

// view lets viewers look, each with a browser of its own.
func view(in io.Reader, out io.Writer) error {
	var v visit
	if err := json.NewDecoder(in).Decode(&v); err != nil {
		return err
	}
	ctx, end := context.WithTimeout(context.Background(), v.Time)
	defer end()
	var all sync.WaitGroup
	var mu sync.Mutex
	s := seen{Waits: []float64{}}
	fault := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		s.Faults = append(s.Faults, fmt.Sprintf(format, args...))
	}
	for n := range v.Viewers {
		client := &http.Client{Transport: &http.Transport{}}
		all.Go(func() {
			records, err := v.follow(ctx, client)
			if err != nil && ctx.Err() == nil {
				fault("log: %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			s.Records += records
		})
		all.Go(func() {
			select { // not all in the same instant
			case <-time.After(v.Every * time.Duration(n) / time.Duration(v.Viewers)):
			case <-ctx.Done():
			}
			for ctx.Err() == nil {
				began := time.Now()
				for _, path := range []string{"/api/runs", "/api/about"} {
					if err := v.get(ctx, client, path); err != nil && ctx.Err() == nil {
						fault("%s: %v", path, err)
					}
					if ctx.Err() == nil {
						mu.Lock()
						s.Waits = append(s.Waits, time.Since(began).Seconds())
						mu.Unlock()
					}
					began = time.Now()
				}
				select {
				case <-time.After(v.Every):
				case <-ctx.Done():
				}
			}
		})
	}
	all.Wait()
	s.Processor = processor()
	return json.NewEncoder(out).Encode(s)
}

func (v *visit) request(ctx context.Context, path string) (*http.Request, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, v.Base+path, nil)
	if err == nil {
		q.Header.Set("Cookie", v.Cookie)
	}
	return q, err
}

// get asks and reads the answer.
func (v *visit) get(ctx context.Context, client *http.Client, path string) error {
	q, err := v.request(ctx, path)
	if err != nil {
		return err
	}
	r, err := client.Do(q)
	if err != nil {
		return err
	}
	defer func() { _ = r.Body.Close() }() // it was read
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", r.Status)
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err
}

// follow reads the log of the run, and sees that each record comes once and in order.
func (v *visit) follow(ctx context.Context, client *http.Client) (records int, err error) {
	q, err := v.request(ctx, "/api/run/log?id="+v.ID)
	if err != nil {
		return 0, err
	}
	r, err := client.Do(q)
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Body.Close() }() // it was only read
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		var d struct{ Records []struct{ Seq int } }
		if !is || !strings.HasPrefix(data, `{"records"`) {
			continue
		}
		if err := json.Unmarshal([]byte(data), &d); err != nil {
			return records, err
		}
		for _, e := range d.Records {
			if records++; e.Seq != records {
				return records, fmt.Errorf("record %d comes where %d is due", e.Seq, records)
			}
		}
	}
	return records, lines.Err()
}
