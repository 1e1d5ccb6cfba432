package studio

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// asset is a file of the page.
type asset struct {
	kind   string
	tag    string
	text   []byte // as it is sent
	packed bool   // by gzip
}

// kinds of files that a page is made of; the tables of a machine are not asked.
var kinds = map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json"}

// assets reads the page. A file that is packed is asked for without its ending: engine.wasm.gz as engine.wasm.
func assets(files fs.FS) (map[string]*asset, error) {
	all := map[string]*asset{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		a := &asset{text: text}
		if plain, is := strings.CutSuffix(name, ".gz"); is {
			name, a.packed = plain, true
		}
		ext := strings.ToLower(path.Ext(name))
		if a.kind = kinds[ext]; a.kind == "" {
			a.kind = mime.TypeByExtension(ext)
		}
		if a.kind == "" {
			a.kind = "application/octet-stream"
		}
		a.tag = `"` + sum(text)[:32] + `"`
		all["/"+name] = a
		return nil
	})
	if index := all["/index.html"]; index != nil {
		all["/"] = index
	}
	return all, err
}

// page hands out a file of the page.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	a := s.assets[r.URL.Path]
	if a == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		refuse(w, &refusal{http.StatusNotFound, "there is no such page", "begin at /"})
		return
	}
	h := w.Header()
	h.Set("ETag", a.tag)
	h.Set("Cache-Control", "no-cache") // asked for again, and answered in a line where nothing has changed
	if r.URL.RawQuery != "" && r.URL.Path == "/engine.wasm" {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if r.Header.Get("If-None-Match") == a.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	text := a.text
	if a.packed {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
		} else {
			whole, err := unpack(text)
			if err != nil {
				refuse(w, err)
				return
			}
			text = whole
		}
	}
	sendText(w, http.StatusOK, a.kind, text)
}

func unpack(text []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
