package watch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/watch"
)

// tracking is as much of an MLflow tracking server as the sink uses; it fails where it is told to.
type tracking struct {
	t          *testing.T
	experiment string // name of the one there is
	tags       map[string]string
	params     map[string]string
	metrics    map[string]string // values by name and step
	status     string
	runs       int
	calls      int
	fail       int  // number of the call that fails
	after      bool // and does what it was asked to do before
}

func (s *tracking) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.calls++
	answer := func(v any) {
		if s.calls == s.fail {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if err := json.NewEncoder(w).Encode(v); err != nil {
			s.t.Error(err)
		}
	}
	if s.calls == s.fail && !s.after {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var in struct {
		Name, Filter, Status string
		RunID                string `json:"run_id"`
		Tags, Params         []struct{ Key, Value string }
		Metrics              []struct {
			Key             string
			Value           float64
			Timestamp, Step int64
		}
	}
	if r.Method == "POST" {
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			s.t.Error(err)
		}
	}
	if user, password, ok := r.BasicAuth(); !ok || user != "ada" || password != "secret" {
		s.t.Error("no credentials were sent")
	}
	run := map[string]any{"info": map[string]any{"run_id": "r1"}}
	switch strings.TrimPrefix(r.URL.Path, "/mlflow/api/2.0/mlflow/") {
	case "experiments/get-by-name":
		if r.URL.Query().Get("experiment_name") != s.experiment {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no such experiment"}`))
			return
		}
		answer(map[string]any{"experiment": map[string]any{"experiment_id": "4"}})
	case "experiments/create":
		s.experiment = in.Name
		answer(map[string]any{"experiment_id": "4"})
	case "runs/search":
		var found []any
		if id, ok := s.tags["elastrain.log"]; ok && strings.Contains(in.Filter, id) {
			var tags []any
			for k, v := range s.tags {
				tags = append(tags, map[string]any{"key": k, "value": v})
			}
			run["data"] = map[string]any{"tags": tags}
			found = append(found, run)
		}
		answer(map[string]any{"runs": found})
	case "runs/create":
		s.runs++
		for _, p := range in.Tags {
			s.tags[p.Key] = p.Value
		}
		answer(map[string]any{"run": run})
	case "runs/log-batch":
		if in.RunID != "r1" || len(in.Params) > 100 || len(in.Metrics) > 1000 {
			s.t.Errorf("a batch of %d parameters and %d metrics for run %q", len(in.Params), len(in.Metrics), in.RunID)
		}
		for _, p := range in.Params {
			if old, ok := s.params[p.Key]; ok && old != p.Value {
				s.t.Errorf("parameter %s becomes another", p.Key)
			}
			s.params[p.Key] = p.Value
		}
		for _, m := range in.Metrics {
			key := fmt.Sprintf("%s@%d", m.Key, m.Step)
			value := fmt.Sprintf("%v at %d", m.Value, m.Timestamp)
			if old, ok := s.metrics[key]; ok && !strings.HasPrefix(old, fmt.Sprintf("%v at", m.Value)) {
				s.t.Errorf("metric %s becomes another", key)
			}
			s.metrics[key] = value
		}
		for _, p := range in.Tags {
			s.tags[p.Key] = p.Value
		}
		answer(map[string]any{})
	case "runs/update":
		s.status = in.Status
		answer(map[string]any{})
	default:
		s.t.Errorf("%s %s is no call of MLflow's", r.Method, r.URL)
	}
}

// server is a fresh server and its address.
func server(t *testing.T) (*tracking, string) {
	s := &tracking{t: t, tags: map[string]string{}, params: map[string]string{}, metrics: map[string]string{}}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return s, strings.Replace(h.URL, "http://", "http://ada:secret@", 1) + "/mlflow/"
}

func sink(t *testing.T, address string) *watch.MLflow {
	t.Helper()
	m, err := watch.NewMLflow(address)
	if err != nil {
		t.Fatal(err)
	}
	m.RunName, m.Parameters = "mine", map[string]string{"learn.rate": "0.01", "seed": "8, which the head knows better", "long": strings.Repeat("ä", 600)}
	return m
}

func TestMLflowHasTheRun(t *testing.T) {
	t.Setenv("MLFLOW_EXPERIMENT_NAME", "flowers")
	s, address := server(t)
	if err := sink(t, address).Take(context.Background(), story()); err != nil {
		t.Fatal(err)
	}
	if s.experiment != "flowers" || s.status != "FINISHED" || s.runs != 1 || s.tags["mlflow.runName"] != "mine" || s.tags["elastrain.record"] != "8" {
		t.Errorf("%+v", s)
	}
	if s.params["learn.rate"] != "0.01" || s.params["seed"] != "7" || s.params["title"] != "Iris | flowers" || len(s.params["long"]) > 500 {
		t.Errorf("parameters %v", s.params)
	}
	want := map[string]string{"loss/training@0": "2 at 1001000", "accuracy/training@0": "0.5 at 1001000", "loss/training@1": "1.25 at 1003000", "loss/training@2": "0.5 at 1007000"}
	if len(s.metrics) != len(want) {
		t.Errorf("metrics %v", s.metrics)
	}
	for key, value := range want {
		if s.metrics[key] != value {
			t.Errorf("%s is %s, want %s", key, s.metrics[key], value)
		}
	}
}

// Whichever call fails, before or after the server has done it, and whoever tells it again, the run is the same.
func TestMLflowWhateverFails(t *testing.T) {
	clean, address := server(t)
	if err := sink(t, address).Take(context.Background(), story()); err != nil {
		t.Fatal(err)
	}
	for _, after := range []bool{false, true} {
		for _, fresh := range []bool{false, true} {
			for n := 1; n <= clean.calls; n++ {
				s, address := server(t)
				s.fail, s.after = n, after
				m := sink(t, address)
				err := m.Take(context.Background(), story()[:5])
				if fresh {
					m = sink(t, address)
				}
				if err != nil {
					err = m.Take(context.Background(), story()[:5])
				}
				if fresh {
					m = sink(t, address)
					if err == nil {
						err = m.Take(context.Background(), story())
					}
				} else if err == nil {
					err = m.Take(context.Background(), story()[5:])
				}
				if err != nil && s.fail <= s.calls { // the one failure came in the second part
					err = m.Take(context.Background(), story()[5:])
				}
				if err != nil {
					t.Fatalf("call %d: %v", n, err)
				}
				if len(s.metrics) != len(clean.metrics) || len(s.params) != len(clean.params) || s.status != "FINISHED" || s.tags["elastrain.record"] != "8" {
					t.Errorf("call %d, after %v, fresh %v: %v %v %v %v", n, after, fresh, s.metrics, s.params, s.status, s.tags)
				}
				if s.runs > 1 && !(after && s.runs == 2) {
					t.Errorf("call %d: %d runs", n, s.runs)
				}
			}
		}
	}
}

func TestMLflowAddresses(t *testing.T) {
	for _, bad := range []string{"", "mlruns", "file:///tmp/x", "http://", "http://a b", "127.0.0.1:5000"} {
		if _, err := watch.NewMLflow(bad); err == nil {
			t.Errorf("`%s` is taken", bad)
		}
	}
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>hello")) }))
	defer page.Close()
	m, err := watch.NewMLflow(page.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Reach(context.Background()); err == nil || !strings.Contains(err.Error(), "not that of an MLflow tracking server") {
		t.Errorf("a page of another kind: %v", err)
	}
	if err := m.Take(context.Background(), []events.Record{{Seq: 2, Kind: events.KindEpoch}}); err == nil {
		t.Error("a log without a head is taken")
	}
}

// A server that changes its mind in the middle, and points elsewhere or shows a page, has kept nothing: that is an error, and not a loss.
func TestMLflowKeepsWhatNobodyTook(t *testing.T) {
	answers := map[string]func(http.ResponseWriter){
		"points to /login":                      func(w http.ResponseWriter) { w.Header().Set("Location", "/login"); w.WriteHeader(http.StatusFound) },
		"not that of an MLflow tracking server": func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html>please log in")) },
		"boo a": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error_code": "BAD", "message": "boo\n\u001b\na` + strings.Repeat("x", 1000) + `"}`))
		},
	}
	for want, answer := range answers {
		s, _ := server(t)
		astray := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/login" {
				_, _ = w.Write([]byte("{}"))
				return
			}
			if strings.HasSuffix(r.URL.Path, "log-batch") {
				answer(w)
				return
			}
			s.ServeHTTP(w, r)
		}))
		defer astray.Close()
		err := sink(t, strings.Replace(astray.URL, "http://", "http://ada:secret@", 1)+"/mlflow").Take(context.Background(), story())
		if err == nil || !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\n\x1b") || len(err.Error()) > 400 {
			t.Errorf("%s: %v", want, err)
		}
	}
}
