package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/elastrain/elastrain/run/events"
)

// MLflow sends the log of a training to a tracking server, over version 2.0 of its REST
// interface: one run of MLflow for one log, found again by its tag elastrain.log, with
// metrics by epoch and parameters. The number of the last record that the run has is the
// tag elastrain.record, set in the request that brings the record; a request that is
// repeated changes nothing.
type MLflow struct {
	Experiment string            // name of the experiment of MLflow
	RunName    string            // as the run is called there
	Parameters map[string]string // beside what the head of the log says, such as the keys of the experiment file

	client *http.Client
	server string // without a slash at its end
	user   *url.Userinfo
	token  string

	run  string  // id of the run; "": not known yet
	seq  int     // of the last record that it has
	time float64 // of the last record that had one
}

// NewMLflow is a sink at a tracking server such as http://127.0.0.1:5000. Credentials are
// those of the address or of MLFLOW_TRACKING_USERNAME, _PASSWORD and _TOKEN, the experiment
// that of MLFLOW_EXPERIMENT_NAME, else "elastrain".
func NewMLflow(server string) (*MLflow, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("`%s` is not the address of a tracking server, such as http://127.0.0.1:5000", server)
	}
	m := &MLflow{Experiment: os.Getenv("MLFLOW_EXPERIMENT_NAME"), client: &http.Client{Timeout: 10 * time.Second, CheckRedirect: stay},
		user: u.User, token: os.Getenv("MLFLOW_TRACKING_TOKEN")}
	if m.Experiment == "" {
		m.Experiment = "elastrain"
	}
	if name := os.Getenv("MLFLOW_TRACKING_USERNAME"); m.user == nil && name != "" {
		m.user = url.UserPassword(name, os.Getenv("MLFLOW_TRACKING_PASSWORD"))
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	m.server = strings.TrimRight(u.String(), "/")
	return m, nil
}

// Name implements Sink.
func (m *MLflow) Name() string { return "MLflow, " + m.server }

// Address is that of the server, without credentials.
func (m *MLflow) Address() string { return m.server }

// Reach asks the server for the experiment, and makes it where it is not there.
func (m *MLflow) Reach(ctx context.Context) error {
	if _, err := m.experiment(ctx); err != nil {
		return &Error{m.Name(), err}
	}
	return nil
}

// Names of the tags by which a run is found again.
const (
	tagLog    = "elastrain.log"
	tagRecord = "elastrain.record"
)

// Take implements Sink.
func (m *MLflow) Take(ctx context.Context, records []events.Record) error {
	if len(records) == 0 {
		return nil
	}
	if m.run == "" {
		if records[0].Head == nil {
			return errors.New("the log has no head")
		}
		if err := m.open(ctx, &records[0]); err != nil {
			return err
		}
	}
	batch := logBatch{RunID: m.run}
	send := func(last int) error {
		batch.Tags = []pair{{tagRecord, strconv.Itoa(last)}}
		err := m.call(ctx, "POST", "runs/log-batch", &batch, nil)
		if err == nil {
			m.seq, batch.Metrics = last, nil
		}
		return err
	}
	const most = 1000 // metrics in a request
	last := 0
	for i := range records {
		r := &records[i]
		if r.Time > 0 {
			m.time = r.Time
		}
		if r.Seq <= m.seq {
			continue
		}
		list := scores(r)
		if len(batch.Metrics)+len(list) > most {
			if err := send(last); err != nil {
				return err
			}
		}
		for _, s := range list {
			batch.Metrics = append(batch.Metrics, metric{s.name, s.value, m.milliseconds(), r.Epoch})
		}
		last = r.Seq
	}
	if last > m.seq {
		if err := send(last); err != nil {
			return err
		}
	}
	return m.state(ctx, &records[len(records)-1])
}

// state tells how a training has ended, or that it goes on.
func (m *MLflow) state(ctx context.Context, last *events.Record) error {
	update := map[string]any{"run_id": m.run}
	switch last.Kind {
	case events.KindEnd:
		update["status"], update["end_time"] = "FINISHED", m.milliseconds()
	case events.KindFault:
		update["status"], update["end_time"] = "FAILED", m.milliseconds()
	case events.KindPause:
		update["status"], update["end_time"] = "KILLED", m.milliseconds()
	case events.KindBegin:
		update["status"] = "RUNNING"
	default:
		return nil
	}
	return m.call(ctx, "POST", "runs/update", update, nil)
}

func (m *MLflow) milliseconds() int64 { return int64(1e3 * m.time) }

type (
	pair struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
	metric struct {
		Key       string  `json:"key"`
		Value     float64 `json:"value"`
		Timestamp int64   `json:"timestamp"`
		Step      int     `json:"step"`
	}
	logBatch struct {
		RunID   string   `json:"run_id"`
		Metrics []metric `json:"metrics,omitempty"`
		Params  []pair   `json:"params,omitempty"`
		Tags    []pair   `json:"tags,omitempty"`
	}
	runInfo struct {
		Info struct {
			RunID string `json:"run_id"`
		} `json:"info"`
		Data struct {
			Tags []pair `json:"tags"`
		} `json:"data"`
	}
)

// open finds the run of a log, or makes it.
func (m *MLflow) open(ctx context.Context, first *events.Record) error {
	experiment, err := m.experiment(ctx)
	if err != nil {
		return err
	}
	var found struct {
		Runs []runInfo `json:"runs"`
	}
	search := map[string]any{"experiment_ids": []string{experiment}, "filter": fmt.Sprintf("tags.`%s` = '%s'", tagLog, first.Head.ID), "max_results": 1}
	if err := m.call(ctx, "POST", "runs/search", search, &found); err != nil {
		return err
	}
	if len(found.Runs) > 0 {
		seq := 0
		for _, t := range found.Runs[0].Data.Tags {
			if t.Key == tagRecord {
				seq, _ = strconv.Atoi(t.Value) // what is no number is no record
			}
		}
		run := found.Runs[0].Info.RunID
		if seq == 0 { // it was made, and then something failed
			if err := m.describe(ctx, run, first.Head); err != nil {
				return err
			}
		}
		m.run, m.seq = run, seq
		return nil
	}
	var made struct {
		Run runInfo `json:"run"`
	}
	m.time = first.Time
	create := map[string]any{"experiment_id": experiment, "run_name": m.RunName, "start_time": m.milliseconds(),
		"tags": []pair{{tagLog, first.Head.ID}, {"mlflow.runName", m.RunName}, {"mlflow.source.name", "elastrain " + first.Head.Version}}}
	if err := m.call(ctx, "POST", "runs/create", create, &made); err != nil {
		return err
	}
	if made.Run.Info.RunID == "" {
		return errors.New("the server has made no run; is it an MLflow tracking server?")
	}
	if err := m.describe(ctx, made.Run.Info.RunID, first.Head); err != nil {
		return err
	}
	m.run, m.seq = made.Run.Info.RunID, 0
	return nil
}

// experiment is the id of the experiment of MLflow.
func (m *MLflow) experiment(ctx context.Context) (string, error) {
	var got struct {
		ID         string `json:"experiment_id"`
		Experiment struct {
			ID string `json:"experiment_id"`
		} `json:"experiment"`
	}
	err := m.call(ctx, "GET", "experiments/get-by-name?experiment_name="+url.QueryEscape(m.Experiment), nil, &got)
	var refused *serverError
	if errors.As(err, &refused) && refused.Code == "RESOURCE_DOES_NOT_EXIST" {
		err = m.call(ctx, "POST", "experiments/create", map[string]any{"name": m.Experiment}, &got)
		got.Experiment.ID = got.ID
	}
	if err == nil && got.Experiment.ID == "" {
		err = errors.New("the answer names no experiment; is it an MLflow tracking server?")
	}
	return got.Experiment.ID, err
}

// describe sends the parameters of a run; they never change, so twice is once.
func (m *MLflow) describe(ctx context.Context, run string, head *events.Head) error {
	const most, longest = 100, 500 // in a request; of a value, in the least of its versions
	var params []pair
	add := func(name, text string) {
		if len(text) > longest {
			text = strings.ToValidUTF8(text[:longest-3], "") + "..."
		}
		params = append(params, pair{name, text})
	}
	named := map[string]bool{}
	for _, f := range facts(head) {
		named[f.name] = true
		add(f.name, f.text)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Parameters)) {
		if !named[name] {
			add(name, m.Parameters[name])
		}
	}
	for len(params) > 0 {
		n := min(len(params), most)
		if err := m.call(ctx, "POST", "runs/log-batch", &logBatch{RunID: run, Params: params[:n]}, nil); err != nil {
			return err
		}
		params = params[n:]
	}
	return nil
}

// stay follows no answer that points elsewhere: what is sent would get lost on the way, for it becomes a question there.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// serverError is what a server answers that does not do as it is told.
type serverError struct {
	Status  int
	Code    string `json:"error_code"`
	Message string `json:"message"`

	elsewhere string // where it says that it is to be asked instead
}

func (e *serverError) Error() string {
	text := fmt.Sprintf("the server answers %d %s", e.Status, http.StatusText(e.Status))
	if e.Code != "" {
		text += ", " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.elsewhere != "" {
		text += " and points to " + e.elsewhere + "; is that the address to give?"
	}
	return line(text)
}

// line is the beginning of what a server says, as one line.
func line(text string) string {
	const longest = 300
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "..."
	}
	return text
}

// mostAnswer caps what is read of an answer.
const mostAnswer = 1 << 22

// call sends a request and reads the answer.
func (m *MLflow) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, m.server+"/api/2.0/mlflow/"+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	switch {
	case m.token != "":
		request.Header.Set("Authorization", "Bearer "+m.token)
	case m.user != nil:
		password, _ := m.user.Password()
		request.SetBasicAuth(m.user.Username(), password)
	}
	answer, err := m.client.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) { // without the address, which Name has
			err = failed.Err
		}
		return err
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		refused := &serverError{}
		_ = json.Unmarshal(text, refused) // what is no JSON says nothing more
		refused.Status, refused.elsewhere = answer.StatusCode, answer.Header.Get("Location")
		return refused
	}
	if out == nil {
		out = &struct{}{} // every answer is an object; a page is that of somebody else, who kept nothing
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("the answer is not that of an MLflow tracking server: %w", err)
	}
	return nil
}
