package studio

import (
	"fmt"
	"math"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/serve/message"
)

// savedFrames is what the last checkpoint of a run holds of its history.
type savedFrames struct {
	name   string // of the checkpoint
	looked time.Time
	frames []frame
}

// lookAtCheckpoints is how often at most checkpoints of a training are read: of a large network that takes time from it.
const lookAtCheckpoints = 3 * time.Second

// mostMessage caps the frames of an answer, bytes.
const mostMessage = 64 << 20

// framesOf hands out the parameters of a run at the epochs behind one.
func (s *Server) framesOf(w http.ResponseWriter, r *http.Request) error {
	row, err := s.list.row(r.URL.Query().Get("id"))
	if err != nil {
		return err
	}
	from := -1
	if text := r.URL.Query().Get("from"); text != "" {
		if from, err = strconv.Atoi(text); err != nil {
			return refused(http.StatusBadRequest, "epochs are whole numbers", "`%.40s` is no epoch", text)
		}
	}
	f := s.followers.get(row.ID)
	f.catchUp(r.Context())
	saved := f.checkpoint(row)
	f.mu.Lock()
	told := f.frames
	f.mu.Unlock()
	all := merge(told, saved, from)
	width, more := 0, false
	if len(all) > 0 {
		width = len(all[0].theta)
	}
	if most := max(1, mostMessage/max(1, 8*width)); len(all) > most {
		all, more = all[:most], true
	}
	epochs, theta := make([]int32, 0, len(all)), make([]float64, 0, len(all)*width)
	for _, f := range all {
		epochs, theta = append(epochs, int32(f.epoch)), append(theta, f.theta...)
	}
	return sendMessage(w, more, []message.Array{message.I4("epochs", epochs, len(epochs)), message.F8("theta", theta, len(all), width)})
}

// merge is the frames of two lists that are later than an epoch, in order, each epoch once and all of one length.
func merge(a, b []frame, from int) (all []frame) {
	add := func(f frame) {
		if f.epoch > from && f.epoch <= math.MaxInt32 && (len(all) == 0 || f.epoch > all[len(all)-1].epoch && len(f.theta) == len(all[0].theta)) {
			all = append(all, f)
		}
	}
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && a[0].epoch <= b[0].epoch {
			add(a[0])
			a = a[1:]
		} else {
			add(b[0])
			b = b[1:]
		}
	}
	return all
}

// checkpoint is the frames of the last checkpoint. One that cannot be read has none: the log has some.
func (f *follower) checkpoint(row *Row) []frame {
	if row.Of == "session" {
		return nil
	}
	f.read.Lock() // one reads, the others wait for it
	defer f.read.Unlock()
	f.mu.Lock()
	had := f.saved
	f.mu.Unlock()
	if row.State == running && time.Since(had.looked) < lookAtCheckpoints {
		return had.frames
	}
	names, err := f.files.List(path.Join(f.id, "checkpoints"))
	if err != nil || len(names) == 0 {
		return had.frames
	}
	name := fmt.Sprint(names)
	if name != had.name {
		h, err := run.Frames(f.files, f.id)
		if err == nil {
			had.frames = nil
			width := len(h.Theta) / max(1, len(h.Epochs))
			for i, epoch := range h.Epochs {
				had.frames = append(had.frames, frame{epoch, h.Theta[i*width : (i+1)*width]})
			}
		}
	}
	had.name, had.looked = name, time.Now()
	f.mu.Lock()
	f.saved = had
	f.mu.Unlock()
	return had.frames
}
