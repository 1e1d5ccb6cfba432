package insitu

import (
	"os"
	"path/filepath"
)

// Outside is the directories that the bench writes to or reads and that do not lie in
// that of the experiment file, by their whole paths, links followed. A file that came by
// mail must not write elsewhere by itself.
func (l *Lab) Outside() ([]string, error) {
	if l.Spec.Bench != "manual" && l.Spec.Bench != "folder" {
		return nil, nil
	}
	home, err := real(l.options.Folder)
	if err != nil {
		return nil, err
	}
	var outside []string
	for _, name := range []string{l.Spec.Orders, l.Spec.Inbox} {
		dir, err := real(l.beside(name))
		if err != nil {
			return nil, err
		}
		if way, err := filepath.Rel(home, dir); err != nil || !filepath.IsLocal(way) {
			outside = append(outside, dir)
		}
	}
	return outside, nil
}

// real is the whole path of a directory, of which the last parts need not be there yet.
func real(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rest := ""
	for at := path; ; at = filepath.Dir(at) {
		if whole, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(whole, rest), nil
		}
		// A link to what is not there leads nowhere that can be seen; it counts as outside.
		if to, err := os.Readlink(at); err == nil {
			if !filepath.IsAbs(to) {
				to = filepath.Join(filepath.Dir(at), to)
			}
			return filepath.Join(to, rest), nil
		}
		if at == filepath.Dir(at) {
			return path, nil
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}
