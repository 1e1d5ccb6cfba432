package studio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/listing"
)

// catalogue is the list of runs. It is looked through at most twice a second, and only while somebody looks; what has
// not changed by its sizes and times is not read again. Looking takes at most a twentieth of the time. What is told of
// it is made once for all who look.
type catalogue struct {
	files folder
	birth string // of the server, for tags

	look     sync.Mutex // held by whoever looks through the folder
	mu       sync.Mutex // for what follows
	known    map[string]*entry
	now      told
	looked   time.Time
	took     time.Duration
	news     chan struct{} // closed when the list is another
	watchers int
	going    bool // somebody looks again and again
	why      map[string]string
}

// told is the list at a time.
type told struct {
	count   int    // how often it was another
	text    []byte // the answer to a request for the list; nil: nobody has looked yet
	tag     string
	whole   []byte // event that tells all of it
	changes []byte // event that tells what is another since the count before
}

// entry is a run and what it was read from.
type entry struct {
	row   *Row
	text  []byte // row as JSON
	stamp stamp
	dir   time.Time // when its directory was changed
	read  time.Time // when it was looked at
}

// settled is how long a directory has been as it is before it is believed that it was not changed in the same instant.
const settled = 2 * time.Second

// still reports whether nobody has trained a run since it was looked at: whoever does makes a lock in its directory.
func (e *entry) still(dir time.Time, why string) bool {
	return e.stamp.holder == 0 && e.stamp.where == "" && e.stamp.why == why && e.dir.Equal(dir) && e.read.Sub(dir) > settled
}

// stamp is by what a change of a run is seen.
type stamp struct {
	size     int64
	changed  time.Time
	manifest time.Time
	holder   int
	where    string
	why      string
}

const (
	lookEvery = 500 * time.Millisecond
	lookShare = 20
	trashName = ".trash"
)

func newCatalogue(files folder, birth string) *catalogue {
	return &catalogue{files: files, birth: birth, known: map[string]*entry{}, news: make(chan struct{}), why: map[string]string{}}
}

// pause is the time between two looks; with many who are told of each there are fewer. c.mu is held.
func (c *catalogue) pause() time.Duration {
	return max(lookEvery, lookShare*c.took, time.Duration(c.watchers)*sendEach)
}

// list is the list.
func (c *catalogue) list() told {
	c.mu.Lock()
	fresh := c.now.text != nil && time.Since(c.looked) < 2*c.pause()
	c.mu.Unlock()
	if !fresh { // else somebody looks, or has just looked, and nobody waits for that
		c.refresh(false)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// refresh looks through the folder, unless that was done just now. With now it is done in any case.
func (c *catalogue) refresh(now bool) {
	c.look.Lock()
	defer c.look.Unlock()
	c.mu.Lock()
	fresh := !now && c.now.text != nil && time.Since(c.looked) < c.pause()
	c.mu.Unlock()
	if fresh {
		return
	}
	began := time.Now()
	found := map[string]*entry{}
	c.files.Walk(".", func(id string, changed time.Time) bool { return c.visit(id, changed, found) })
	c.settle(found, began)
}

// settle takes what was found.
func (c *catalogue) settle(found map[string]*entry, began time.Time) {
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	c.mu.Lock()
	defer c.mu.Unlock()
	had := c.known
	c.known, c.looked, c.took = found, time.Now(), time.Since(began)
	if next, other := c.next(had, ids); other || c.now.text == nil {
		c.now = next
		close(c.news)
		c.news = make(chan struct{})
	}
}

// next is the list of the runs that are known now, and whether it is another than the last. c.mu is held.
func (c *catalogue) next(had map[string]*entry, ids []string) (l told, other bool) {
	var all, changed [][]byte
	var lost []string
	for _, id := range ids {
		text := c.known[id].text
		if all = append(all, text); had[id] == nil || !bytes.Equal(had[id].text, text) {
			changed = append(changed, text)
		}
	}
	for id := range had {
		if c.known[id] == nil {
			lost = append(lost, id)
		}
	}
	slices.Sort(lost)
	l = told{count: c.now.count + 1, text: rowsText(all, "")}
	l.tag = fmt.Sprintf(`"%s-%d"`, c.birth, l.count)
	names, err := json.Marshal(lost)
	if err != nil || lost == nil {
		names = []byte("[]") // names of files are words
	}
	l.whole = eventText("list", "", l.text)
	l.changes = eventText("rows", "", rowsText(changed, `,"gone":`+string(names)))
	return l, len(changed)+len(lost) > 0
}

// rowsText joins rows.
func rowsText(rows [][]byte, more string) []byte {
	text := append([]byte(`{"runs":[`), bytes.Join(rows, []byte(","))...)
	return append(append(append(text, ']'), more...), '}')
}

// visit takes a directory that is a run.
func (c *catalogue) visit(id string, changed time.Time, found map[string]*entry) bool {
	had := c.last(id, changed)
	if had == nil && !c.run(id) {
		return false
	}
	if had == nil {
		read := time.Now()
		now := c.entry(id)
		had = &entry{now.row, now.text, now.stamp, changed, read}
	}
	found[id] = had
	return true
}

// last is what was found at a run the last time, where that is still so.
func (c *catalogue) last(id string, dir time.Time) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if had := c.known[id]; had != nil && had.still(dir, c.why[id]) {
		return had
	}
	return nil
}

// run reports whether a directory is a run or a session.
func (c *catalogue) run(id string) bool { return c.files.Run(id) }

// entry is what is known of a run, read again where something has changed.
func (c *catalogue) entry(id string) *entry {
	s := c.stamp(id)
	c.mu.Lock()
	had, why := c.known[id], c.why[id]
	c.mu.Unlock()
	if s.why = why; had != nil && had.stamp == s {
		return had
	}
	var before *Row
	if had != nil {
		before = had.row
	}
	row := c.files.Summarize(id, before)
	if why != "" && (row.State == stopped || row.State == fault) {
		row.Why = why
	}
	text, err := json.Marshal(row)
	if err != nil { // no number of a row can be infinite: they come from JSON
		row = &Row{ID: id, Name: path.Base(id), State: broken, Why: err.Error(), Spark: []float64{}}
		text, _ = json.Marshal(row) // it has only words
	}
	return &entry{row: row, text: text, stamp: s}
}

// stamp is what a run is known by now.
func (c *catalogue) stamp(id string) (s stamp) {
	if info, err := c.files.Root.Lstat(path.Join(id, events.Name)); err == nil {
		s.size, s.changed = info.Size(), info.ModTime()
	}
	for _, name := range []string{listing.ManifestName, listing.SessionName} {
		if info, err := c.files.Root.Lstat(path.Join(id, name)); err == nil {
			s.manifest = info.ModTime()
			break
		}
	}
	s.holder, s.where = c.files.Holder(id)
	return s
}

// row is a run as it is now.
func (c *catalogue) row(id string) (*Row, error) {
	if !local(id) {
		return nil, refused(400, "take an id of the list", "`%.200s` is no run of this folder", id)
	}
	if !c.run(id) {
		return nil, missing(id)
	}
	return c.entry(id).row, nil
}

// lately is a run as it is now or was a moment ago, where somebody watches the list.
func (c *catalogue) lately(id string) (*Row, error) {
	c.mu.Lock()
	e := c.known[id]
	fresh := c.going && time.Since(c.looked) < restEvery
	c.mu.Unlock()
	if e != nil && fresh {
		return e.row, nil
	}
	return c.row(id)
}

// missing is the answer about a run that is not there.
func missing(id string) error {
	return refused(404, "look at the list: it may be in the trash, or under another name", "there is no run %s in this folder", id)
}

// tell keeps why a process of a run has failed, where its log does not say so.
func (c *catalogue) tell(id, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why[id] = why; why == "" {
		delete(c.why, id)
	}
}

// children are the runs that came from the run with an identity, and of is the one that has it.
func (c *catalogue) of(identity string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	least := ""
	for id, e := range c.known {
		if identity != "" && e.row.Identity == identity && (least == "" || id < least) {
			least = id
		}
	}
	return least
}

// watch is one more who is told when the list is another. The first begins to look; the result is the last to be called.
func (c *catalogue) watch() (leave func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watchers++
	if !c.going {
		c.going = true
		go c.follow()
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.watchers--
	}
}

// follow looks through the folder as long as somebody watches.
func (c *catalogue) follow() {
	for {
		c.refresh(false)
		c.mu.Lock()
		pause := c.pause()
		if c.watchers == 0 {
			c.going = false
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		time.Sleep(pause)
	}
}

// latest is the list, and what is closed when it is another.
func (c *catalogue) latest() (told, chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now, c.news
}
