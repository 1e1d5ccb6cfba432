package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// visit is what viewers are to do.
type visit struct {
	Base, Cookie, Key, ID string
	Viewers               int
	Every, Time           time.Duration
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
		ask := func(path string, tag *string) {
			began := time.Now()
			if err := v.get(ctx, client, path, tag); err != nil && ctx.Err() == nil {
				fault("%s: %v", path, err)
			}
			if ctx.Err() == nil {
				mu.Lock()
				s.Waits = append(s.Waits, time.Since(began).Seconds())
				mu.Unlock()
			}
		}
		all.Go(func() {
			err := v.events(ctx, client, "/api/runs/events?rows=1", func(string) error { return nil })
			if err != nil && ctx.Err() == nil {
				fault("list: %v", err)
			}
		})
		all.Go(func() {
			tags := [2]string{}
			select { // not all in the same instant
			case <-time.After(v.Every * time.Duration(n) / time.Duration(v.Viewers)):
			case <-ctx.Done():
			}
			for ctx.Err() == nil {
				for i, path := range []string{"/api/runs", "/api/about"} {
					ask(path, &tags[i])
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
		q.Header.Set("Elastrain-Key", v.Key)
	}
	return q, err
}

// get asks and reads the answer, unless it is the one that is known by its tag, as a browser does.
func (v *visit) get(ctx context.Context, client *http.Client, path string, tag *string) error {
	q, err := v.request(ctx, path)
	if err != nil {
		return err
	}
	if *tag != "" {
		q.Header.Set("If-None-Match", *tag)
	}
	r, err := client.Do(q)
	if err != nil {
		return err
	}
	defer func() { _ = r.Body.Close() }() // it was read
	if r.StatusCode != http.StatusOK && (r.StatusCode != http.StatusNotModified || *tag == "") {
		return fmt.Errorf("%s", r.Status)
	}
	*tag = r.Header.Get("ETag")
	_, err = io.Copy(io.Discard, r.Body)
	return err
}

// events reads a stream: the data of each event.
func (v *visit) events(ctx context.Context, client *http.Client, path string, each func(data string) error) error {
	q, err := v.request(ctx, path)
	if err != nil {
		return err
	}
	r, err := client.Do(q)
	if err != nil {
		return err
	}
	defer func() { _ = r.Body.Close() }() // it was only read
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", r.Status)
	}
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
			if err := each(data); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}

// follow reads the log of the run, and sees that each record comes once and in order.
func (v *visit) follow(ctx context.Context, client *http.Client) (records int, err error) {
	err = v.events(ctx, client, "/api/run/log?id="+v.ID, func(data string) error {
		rest, is := strings.CutPrefix(data, `{"records":[`)
		for at := 0; is && at >= 0; at = strings.Index(rest, `{"seq":`) {
			rest = rest[at:]
			number, after, _ := strings.Cut(strings.TrimPrefix(rest, `{"seq":`), ",")
			seq, err := strconv.Atoi(number)
			if err != nil {
				return fmt.Errorf("`%.40s` is no record", rest)
			}
			if records++; seq != records {
				return fmt.Errorf("record %d comes where %d is due", seq, records)
			}
			rest = after
		}
		return nil
	})
	return records, err
}
