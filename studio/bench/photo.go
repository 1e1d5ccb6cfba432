package bench

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/image/draw"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/vision"
)

// MostPhoto is the most bytes of an uploaded photograph.
const MostPhoto = 40 << 20

// slowest is how long the phone may be silent while it sends.
const slowest = time.Minute

// decoding lets one photograph be decoded at a time: one of 100 megapixels takes a gigabyte.
var decoding sync.Mutex

// heic is the words for photographs of phones that nobody but the phone's maker reads.
var heic = &refusal{http.StatusUnsupportedMediaType, "this photograph is HEIC, which cannot be read",
	"set the phone to JPEG: on an iPhone Settings, Camera, Formats, Most Compatible; on Android in the settings of the camera, picture format JPEG"}

// kindOf is the ending of a picture by what its first bytes are; what the sender calls it does not count.
func kindOf(data []byte) (ending string, err error) {
	has := func(at int, text string) bool {
		return len(data) >= at+len(text) && string(data[at:at+len(text)]) == text
	}
	switch {
	case has(0, "\x89PNG\r\n\x1a\n"):
		return "png", nil
	case has(0, "\xff\xd8\xff"):
		return "jpg", nil
	case has(0, "II*\x00"), has(0, "MM\x00*"):
		return "tif", nil
	case has(0, "P5"):
		return "pgm", nil
	case has(4, "ftyp"):
		return "", heic
	}
	return "", &refusal{http.StatusUnsupportedMediaType, "this is no photograph that can be read", "send PNG, JPEG, TIFF or PGM"}
}

// body reads what was sent: the bytes themselves, or the one file of a form.
func body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	control := http.NewResponseController(w)
	limited := &patient{r: http.MaxBytesReader(w, r.Body, MostPhoto+1<<16), wait: func() error { return control.SetReadDeadline(time.Now().Add(slowest)) }}
	// The answer is due only when all has come.
	defer func() { _ = control.SetWriteDeadline(time.Now().Add(slowest)) }() // a recorder of tests has none
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var from io.Reader = limited
	if err == nil && kind == "multipart/form-data" {
		r.Body = io.NopCloser(limited)
		parts, err := r.MultipartReader()
		if err != nil {
			return nil, &refusal{http.StatusBadRequest, "the form cannot be read", "send it again"}
		}
		part, err := parts.NextPart()
		for err == nil && part.FileName() == "" {
			part, err = parts.NextPart()
		}
		if err != nil {
			return nil, &refusal{http.StatusBadRequest, "there is no photograph in the form", "choose one, and send it again"}
		}
		from = part
	}
	data, err := io.ReadAll(io.LimitReader(from, MostPhoto+1))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large) || len(data) > MostPhoto:
		return nil, &refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("the photograph has more than %d MB", MostPhoto>>20), "photograph with fewer pixels, or as JPEG"}
	case err != nil:
		return nil, &refusal{http.StatusBadRequest, "the photograph did not arrive whole", "send it again"}
	case r.ContentLength > 0 && kind != "multipart/form-data" && int64(len(data)) != r.ContentLength:
		return nil, &refusal{http.StatusBadRequest, "the photograph did not arrive whole", "send it again"}
	}
	return data, nil
}

// patient gives a sender time as long as something comes.
type patient struct {
	r    io.Reader
	wait func() error
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.wait(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.r.Read(b)
}

// whole reports whether a picture can be decoded to its end. What it says of its size is looked at first.
func whole(data []byte) (err error) {
	decoding.Lock()
	defer decoding.Unlock()
	defer func() {
		if p := recover(); p != nil { // of a decoder: the file is made to do that
			err = &refusal{http.StatusUnprocessableEntity, "the picture is damaged", "photograph again"}
		}
	}()
	if _, err := vision.Decode(bytes.NewReader(data)); err != nil {
		return &refusal{http.StatusUnprocessableEntity, err.Error(), "send it again; if it stays so, photograph again"}
	}
	return nil
}

// photo takes a photograph that was sent for a turn.
func (h *Host) photo(w http.ResponseWriter, r *http.Request) error {
	id, turn := r.URL.Query().Get("id"), r.URL.Query().Get("turn")
	l := h.live(id)
	if l == nil || !l.running() {
		return notRunning
	}
	if r.ContentLength > MostPhoto+1<<16 {
		return &refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("the photograph has more than %d MB", MostPhoto>>20), "photograph with fewer pixels, or as JPEG"}
	}
	data, err := body(w, r)
	if err != nil {
		return err
	}
	hash := sha256.Sum256(data)
	sum := hex.EncodeToString(hash[:])
	ending, err := kindOf(data)
	if err == nil {
		err = whole(data)
	}
	if err != nil {
		return err
	}
	again, err := l.page.take(turn, sum, func() (string, error) {
		// The name is ours, and that of the turn, so that no two photographs have the same.
		name := fmt.Sprintf("phone-%s-%s.%s", time.Now().UTC().Format("20060102-150405"), turn, ending)
		return name, atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(l.inbox(), name), data)
	})
	if err != nil {
		return err
	}
	h.changed(id)
	send(w, http.StatusOK, map[string]any{"sha256": sum, "again": again})
	return nil
}

var notRunning = &refusal{http.StatusConflict, "nobody runs this session here", "press resume; if another process runs it, answer there"}

// inbox is where the bench looks for photographs.
func (l *live) inbox() string {
	if dir := l.lab.Spec.Inbox; filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(l.request.Options.Folder, l.lab.Spec.Inbox)
}

// unused puts a photograph aside that came beside another one for the same look.
func (l *live) unused(name string) {
	path := filepath.Join(l.inbox(), name)
	// If it stays, it is a photograph too many, which the person sees and rejects.
	_ = os.Rename(path, path+".unused")
}

// widest is the width of a picture for a phone, pixels.
const widest = 1600

// picture sends what was read of the photograph of a turn.
func (h *Host) picture(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	l := h.live(query.Get("id"))
	if l == nil {
		return notRunning
	}
	l.page.mu.Lock()
	t := l.page.find(query.Get("turn"))
	path := ""
	if t != nil {
		path = t.wish.Picture
	}
	l.page.mu.Unlock()
	if path == "" || !strings.HasSuffix(path, ".png") {
		return &refusal{http.StatusNotFound, "there is no picture of this card", "nothing was read of the photograph"}
	}
	data, err := atomicfile.ReadFile(atomicfile.OS{}, path, vision.MostBytes)
	if err != nil {
		return err
	}
	kind := "image/png"
	if query.Get("full") == "" {
		if small, err := smaller(data); err == nil && small != nil {
			data, kind = small, "image/jpeg"
		}
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "private, max-age=86400, immutable") // a turn has one picture
	_, _ = w.Write(data)                                                 // a browser that has gone needs no answer
	return nil
}

// smaller is a picture as a phone on a bad link gets it; nil where it is small already.
func smaller(data []byte) ([]byte, error) {
	decoding.Lock()
	defer decoding.Unlock()
	img, err := vision.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	size := img.Bounds()
	if size.Dx() <= widest && len(data) < 300<<10 {
		return nil, nil
	}
	if size.Dx() > widest {
		to := image.NewRGBA(image.Rect(0, 0, widest, max(1, size.Dy()*widest/size.Dx())))
		draw.ApproxBiLinear.Scale(to, to.Bounds(), img, size, draw.Src, nil)
		img = to
	}
	var b bytes.Buffer
	err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 85})
	return b.Bytes(), err
}
