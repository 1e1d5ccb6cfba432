package studio

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
)

// trash is where runs go that are deleted: .trash/TIME/ID below the folder, from where they come back to ID.
type trash struct {
	files folder
	list  *catalogue
	mu    sync.Mutex
}

// put moves a run there.
func (t *trash) put(row *Row) (*Row, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if pid, elsewhere := t.files.Holder(row.ID); pid != 0 || elsewhere != "" || row.State == running { // a broken one may be trained all the same
		return nil, refused(http.StatusConflict, "pause it first", "%s is being trained", row.ID)
	}
	if !t.list.run(row.ID) { // of two orders at once the other has moved it
		return nil, missing(row.ID)
	}
	for n := 0; ; n++ {
		place := path.Join(trashName, time.Now().UTC().Format("20060102T150405"))
		if n > 0 {
			place = fmt.Sprintf("%s-%d", place, n)
		}
		to := path.Join(place, row.ID)
		if _, err := t.files.Root.Lstat(place); err == nil {
			continue
		}
		if err := atomicfile.MakeDir(t.files, path.Dir(to)); err != nil {
			return nil, err
		}
		if err := t.files.Rename(row.ID, to); err != nil {
			t.sweep(path.Dir(to))
			return nil, &atomicfile.Error{Op: "move", Path: row.ID, Err: err}
		}
		t.list.refresh(true)
		gone := *row
		gone.ID = to
		return &gone, nil
	}
}

// restore moves a run back.
func (t *trash) restore(id string) (*Row, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	back, ok := origin(id)
	if !ok || !t.list.run(id) {
		return nil, refused(http.StatusNotFound, "take an id of the list of the trash", "`%.200s` is not in the trash", id)
	}
	if _, err := t.files.Root.Lstat(back); err == nil {
		return nil, refused(http.StatusConflict, "move that one to the trash first", "there is another run %s now", back)
	}
	if err := atomicfile.MakeDir(t.files, path.Dir(back)); err != nil {
		return nil, err
	}
	if err := t.files.Rename(id, back); err != nil {
		return nil, &atomicfile.Error{Op: "move", Path: id, Err: err}
	}
	t.sweep(path.Dir(id))
	t.list.refresh(true)
	return t.list.row(back)
}

// sweep removes a directory of the trash, and those above it, as far as they are empty.
func (t *trash) sweep(dir string) {
	for ; dir != "." && t.files.Remove(dir) == nil; dir = path.Dir(dir) {
	}
}

// origin is where something of the trash came from.
func origin(id string) (back string, ok bool) {
	rest, ok := strings.CutPrefix(id, trashName+"/")
	if !ok {
		return "", false
	}
	when, back, ok := strings.Cut(rest, "/")
	return back, ok && local(when) && local(back)
}

// rows lists the trash.
func (t *trash) rows() []*Row {
	rows := []*Row{}
	times, err := t.files.Entries(trashName)
	if err != nil {
		return rows // there is none
	}
	for _, when := range times {
		if !when.IsDir() || !local(when.Name()) {
			continue
		}
		rows = append(rows, t.files.Rows(path.Join(trashName, when.Name()))...)
	}
	return rows
}
