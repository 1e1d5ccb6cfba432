package studio

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/elastrain/elastrain/run/listing"
)

// folder is the folder of the studio.
type folder struct{ listing.Folder }

// there is an error where the folder itself cannot be read: it was deleted, or what holds it was taken away. Without it
// that would look like a folder that has no runs.
func (f folder) there() error {
	dir, err := f.Root.Open(".")
	if err == nil {
		_, err = dir.ReadDir(1)
		if errors.Is(err, io.EOF) {
			err = nil
		}
		err = errors.Join(err, dir.Close())
	}
	info, err2 := os.Stat(f.Root.Name())
	own, err3 := f.Root.Stat(".")
	if err = errors.Join(err, err2, err3); err == nil && os.SameFile(info, own) {
		return nil
	}
	return refused(http.StatusGone, "put it back there, or end the studio and start it in the folder that is meant", "the folder of this studio, %s, was deleted, moved, or cannot be read", f.Root.Name())
}

// local reports whether a name of a request names something below the folder that is not hidden: slashes part its
// words, and no word begins with a dot.
func local(name string) bool {
	if !fs.ValidPath(name) || name == "." || !utf8.ValidString(name) || !filepath.IsLocal(filepath.FromSlash(name)) ||
		runtime.GOOS == "windows" && strings.ContainsRune(name, '\\') {
		return false
	}
	for word := range strings.SplitSeq(name, "/") {
		if word[0] == '.' {
			return false
		}
	}
	return !strings.ContainsRune(name, 0)
}

// typeable reports whether a local name can stand in a command line and in a message as it is.
func typeable(name string) bool {
	return local(name) && name[0] != '-' && strings.IndexFunc(name, unicode.IsControl) < 0
}
