// Package page is the page of the studio as it was built from studio/web, and its engine: files of this program, for a browser.
package page

import (
	"embed"
	"io/fs"
)

//go:embed all:dist engine.wasm.gz engine.json
var built embed.FS

// engineName is the engine for browsers, packed; scripts/engine.sh builds it.
const engineName = "engine.wasm.gz"

// Files are index.html and what belongs to it, and the engine.
func Files() fs.FS {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // the name is valid
	}
	return files{dist}
}

// files are those of dist with the engine beside them.
type files struct{ dist fs.FS }

// Open implements fs.FS.
func (f files) Open(name string) (fs.File, error) {
	if name == engineName {
		return built.Open(name)
	}
	return f.dist.Open(name)
}

// ReadDir implements fs.ReadDirFS.
func (f files) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(f.dist, name)
	if err != nil || name != "." {
		return list, err
	}
	info, err := fs.Stat(built, engineName)
	if err != nil {
		return nil, err
	}
	return append(list, fs.FileInfoToDirEntry(info)), nil
}
