package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/insitu"
)

// mostNamed is how many runs a message names.
const mostNamed = 5

// away reports whether there is nothing of that name.
func away(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// missingSubject is the error for what is neither an experiment file nor a run; nil where it is there, or is named as a file.
func missingSubject(path string) error {
	if path == "-" || !away(path) {
		return nil
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml", ".json":
		return nil
	}
	return &UsageError{Text: fmt.Sprintf("there is no file or run %s", path), File: path,
		Help: wayToRun(path) + "; `elastrain new iris > mine.yaml` writes a file to start from"}
}

// missingRun says of a directory that is not there, or that holds runs and is none, which runs could be meant.
func missingRun(err error) error {
	var e *run.DirectoryError
	if !errors.As(err, &e) || e.Code != "E0605" {
		return err
	}
	told := *e
	if away(e.Dir) {
		told.Cause = "no such directory"
		if !strings.Contains(e.Help, "elastrain sweep") { // which says itself what makes one
			told.Help = wayToRun(e.Dir)
		}
		return &told
	}
	if named := runsIn(e.Dir, ""); len(named) > 0 {
		told.Help = "it holds runs: " + listed(named)
		return &told
	}
	return err
}

// wayToRun names the runs beside a missing one whose names begin as its does, or the command that makes it.
func wayToRun(path string) string {
	clean := filepath.Clean(path)
	if named := runsIn(filepath.Dir(clean), filepath.Base(clean)); len(named) > 0 {
		return "there is " + listed(named)
	}
	name, _, _ := strings.Cut(filepath.Base(clean), "@")
	if spec := name + ".yaml"; !away(spec) {
		return "`" + Command("train", spec) + "` makes a run, and says where"
	}
	return "`elastrain train SPEC` makes a run, below runs/ and named as its file, and `elastrain lab train SPEC` a session"
}

// runsIn are the runs and sessions in a folder whose names begin so, at most one more than a message names.
func runsIn(folder, prefix string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil // then there is nothing to name
	}
	var named []string
	for _, e := range entries {
		dir := filepath.Join(folder, e.Name())
		if len(e.Name()) < len(prefix) || !strings.EqualFold(e.Name()[:len(prefix)], prefix) || !there(filepath.Join(dir, "manifest.json")) && !insitu.IsSession(atomicfile.OS{}, dir) {
			continue
		}
		if named = append(named, dir); len(named) > mostNamed {
			break
		}
	}
	return named
}

// there reports whether a path is that of a file.
func there(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// listed are names as a person can type them.
func listed(named []string) string {
	var words []string
	for _, n := range named[:min(len(named), mostNamed)] {
		words = append(words, Words(n))
	}
	text := strings.Join(words, ", ")
	if len(named) > mostNamed {
		text += " and more"
	}
	return text
}
