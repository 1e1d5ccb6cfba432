package driver

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Pinned is a command that a person has been asked about: its program, the interpreter
// and the code that its words name are known by their bytes. A driver that is started
// with it runs only if they still are.
type Pinned struct {
	Words []string // of the command
	// Loose says why some of the code that will run is not known. A person is asked
	// about such a command every time.
	Loose []string
	// Unread are words that name devices, pipes and directories; their data are not pinned.
	Unread []string

	argv  []string // what is run: programs by their whole path
	files []pinned
	code  int // of them, files beside a script or below a directory
}

type pinned struct{ path, sum string }

const (
	mostPinned = 1 << 30 // bytes of a file
	mostCode   = 2000    // files of code beside a script
	mostSeen   = 20_000  // entries looked at for them
)

// Pin resolves and reads a command; it starts nothing. What is not a regular file is
// never opened, and in the place of a program or script it is an error.
func Pin(command []string) (*Pinned, error) {
	if len(command) == 0 || command[0] == "" {
		return nil, errors.New("no driver: give the program and its arguments")
	}
	p := &Pinned{Words: slices.Clone(command)}
	program, err := p.program(command[0])
	if err != nil {
		return nil, err
	}
	p.argv = append([]string{program}, command[1:]...)
	for range 4 { // scripts that name an interpreter, which may be a script
		if err := p.told(); err != nil {
			return nil, err
		}
		more, err := p.interpreter()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
	}
	slices.Sort(p.Loose)
	p.Loose = slices.Compact(p.Loose)
	for _, w := range p.argv[1:] {
		if err := p.word(w); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// program finds a program, as the system would, and pins it.
func (p *Pinned) program(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return "", fmt.Errorf("the program %q cannot be found: %w", name, err)
	}
	return path, p.pin(path)
}

// pin adds a file, unless it is there.
func (p *Pinned) pin(path string) error {
	if slices.ContainsFunc(p.files, func(f pinned) bool { return f.path == path }) {
		return nil
	}
	sum, err := sumOf(path)
	if err != nil {
		return err
	}
	p.files = append(p.files, pinned{path, sum})
	return nil
}

// sumOf reads a regular file of bounded size. One that is something else is not opened.
func sumOf(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is %s; only regular files are run", path, kindOf(info))
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may have become a pipe
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // it was only read
	if info, err = f.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is no regular file any more", path)
	}
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(f, mostPinned+1))
	if err != nil {
		return "", err
	}
	if n > mostPinned {
		return "", fmt.Errorf("%s is larger than %d MiB, so what it holds cannot be vouched for", path, mostPinned>>20)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func kindOf(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

// interpreter puts the interpreter of a script (#!) or what env would start before the
// command, by its whole path; more says that there was one.
func (p *Pinned) interpreter() (more bool, err error) {
	program := p.argv[0]
	if stem(program) == "env" && len(p.argv) > 1 {
		if strings.HasPrefix(p.argv[1], "-") || strings.Contains(p.argv[1], "=") {
			return false, nil // told says that it is loose
		}
		found, err := p.program(p.argv[1])
		p.argv = append([]string{found}, p.argv[2:]...)
		return true, err
	}
	first, err := firstLine(program)
	if err != nil {
		return false, err
	}
	line, script := strings.CutPrefix(first, "#!")
	words := strings.Fields(line)
	if !script || len(words) == 0 {
		return false, nil
	}
	if stem(words[0]) == "env" {
		if words = words[1:]; len(words) > 0 && words[0] == "-S" {
			words = words[1:]
		}
		if len(words) == 0 || strings.HasPrefix(words[0], "-") || strings.Contains(words[0], "=") {
			return false, fmt.Errorf("%s: its first line %q is not understood; name the interpreter in the command", program, first)
		}
	}
	found, err := p.program(words[0])
	p.argv = slices.Concat([]string{found}, words[1:], p.argv)
	return true, err
}

func firstLine(path string) (string, error) {
	f, err := os.Open(path) // pin has seen that it is a regular file
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // it was only read
	start := make([]byte, 256)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", err
	}
	line, _, _ := strings.Cut(string(start[:n]), "\n")
	return strings.TrimSpace(line), nil
}

// stem is the name of a program without its version: python for python3.11.
func stem(path string) string {
	name := strings.TrimSuffix(strings.ToLower(filepath.Base(path)), ".exe")
	return strings.TrimRight(name, "0123456789.-")
}

// launchers start programs, or read code, that their words do not name as files.
var launchers = strings.Fields("env sudo doas su nice ionice nohup timeout time stdbuf xargs find make just ssh docker podman uv uvx npx npm pnpm yarn pipx " +
	"conda mamba micromamba poetry hatch tox cmd powershell pwsh wsl java dotnet mono busybox toybox parallel watch screen tmux systemd-run setsid unshare " +
	"chroot flatpak snap gdb strace cargo go")

// interpreters run the first file among their words.
var interpreters = strings.Fields("sh bash dash ash zsh ksh fish python pypy perl ruby node nodejs deno bun lua luajit julia rscript r octave matlab php tclsh wish " +
	"expect awk gawk mawk guile racket")

// told looks at what an interpreter is told to run.
func (p *Pinned) told() error {
	name := stem(p.argv[0])
	if name == "env" && len(p.argv) > 1 && !strings.HasPrefix(p.argv[1], "-") && !strings.Contains(p.argv[1], "=") {
		return nil // what it starts is looked at next
	}
	if slices.Contains(launchers, name) {
		p.Loose = append(p.Loose, name+" starts other programs, and which ones is not known")
		return nil
	}
	if !slices.Contains(interpreters, name) {
		return nil
	}
	for _, w := range p.argv[1:] {
		if option := strings.TrimLeft(w, "-"); w != option {
			shell := strings.HasSuffix(name, "sh") && !strings.HasPrefix(w, "--") && strings.Contains(w, "c")
			if shell || option != "" && strings.ContainsRune("cmerpiI", rune(option[0])) || strings.HasPrefix(w, "--") {
				p.Loose = append(p.Loose, fmt.Sprintf("%s is told by %s what to run, and what that reads is not known", name, Clean(w, mostName)))
				return nil
			}
			continue
		}
		info, err := os.Stat(w)
		if errors.Is(err, fs.ErrNotExist) {
			continue // the value of an option
		}
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is %s, and %s would run it; name a regular file", w, kindOf(info), name)
		}
		return nil
	}
	p.Loose = append(p.Loose, "no file says what "+name+" runs")
	return nil
}

// word pins what a word names: a file, or files in its parts, such as --script=rig.py or
// 'python3 rig.py'.
func (p *Pinned) word(w string) error {
	parts := []string{w}
	if _, err := os.Stat(w); err != nil {
		parts = strings.FieldsFunc(w, func(r rune) bool { return strings.ContainsRune(" \t\n;|&<>()=,:'\"`$", r) })
	}
	for _, part := range parts {
		info, err := os.Stat(part)
		if err != nil {
			continue // no file, such as a number
		}
		path, err := filepath.Abs(part)
		if err != nil {
			return err
		}
		switch {
		case info.IsDir():
			p.Unread = append(p.Unread, part+" (a directory)")
			if err := p.beside(path); err != nil {
				return err
			}
		case !info.Mode().IsRegular():
			p.Unread = append(p.Unread, part+" ("+kindOf(info)+")")
		default:
			if err := p.pin(path); err != nil {
				return err
			}
			if isCode(path) {
				if err := p.beside(filepath.Dir(path)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// code is the endings of files that a script may import.
var code = strings.Fields(".py .pyc .pyd .pth .so .dll .dylib .sh .bash .pl .pm .rb .js .mjs .cjs .ts .lua .jl .r .m .php .tcl .jar .class .wasm")

func isCode(path string) bool { return slices.Contains(code, strings.ToLower(filepath.Ext(path))) }

// beside pins the files of code in a directory and below it, which a script imports by
// name. Hidden directories and the byte code of Python, which is not used, are passed over.
func (p *Pinned) beside(dir string) error {
	seen := 0
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be listed cannot be imported
		case path != dir && e.IsDir() && (strings.HasPrefix(e.Name(), ".") || e.Name() == "__pycache__"):
			return fs.SkipDir
		}
		if seen++; seen > mostSeen || p.code > mostCode {
			p.Loose = append(p.Loose, "there are too many files below "+dir+" to know all code that a script may import")
			return fs.SkipAll
		}
		if e.IsDir() || !isCode(path) {
			return nil
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return nil
		}
		p.code++
		return p.pin(path)
	})
}

// paths are variables of the environment that say where code is found.
var paths = strings.Fields("PYTHONPATH PYTHONHOME PYTHONSTARTUP PERL5LIB PERL5OPT RUBYLIB RUBYOPT NODE_PATH NODE_OPTIONS LUA_PATH LUA_CPATH JULIA_LOAD_PATH " +
	"R_LIBS LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES BASH_ENV ENV")

// Key names a command and everything that is pinned of it.
func (p *Pinned) Key() string {
	h := sha256.New()
	here, _ := os.Getwd() // an unknown one is one more difference
	fmt.Fprintf(h, "pinned 2\n%q\n%q\n%q\n", here, p.Words, p.argv)
	for _, name := range paths {
		fmt.Fprintf(h, "%s=%q\n", name, os.Getenv(name))
	}
	for _, f := range p.files {
		fmt.Fprintf(h, "%q %s\n", f.path, f.sum)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Changed says what is not any more as it was pinned; nil if all is.
func (p *Pinned) Changed() error {
	now, err := Pin(p.Words)
	if err != nil {
		return err
	}
	if now.Key() == p.Key() {
		return nil
	}
	for _, f := range p.files {
		if i := slices.IndexFunc(now.files, func(g pinned) bool { return g.path == f.path }); i < 0 || now.files[i].sum != f.sum {
			return fmt.Errorf("%s has changed since it was agreed to", f.path)
		}
	}
	return errors.New("the program, or the code beside it, has changed since it was agreed to")
}

// command runs what was pinned: programs by their whole paths, and Python without byte
// code that it finds, which nobody has read.
func (p *Pinned) command() *exec.Cmd {
	cmd := exec.Command(p.argv[0], p.argv[1:]...)
	cmd.Env = os.Environ()
	if dir, err := os.UserConfigDir(); err == nil && os.Getenv("PYTHONPYCACHEPREFIX") == "" {
		cmd.Env = append(cmd.Env, "PYTHONDONTWRITEBYTECODE=1", "PYTHONPYCACHEPREFIX="+filepath.Join(dir, "elastrain", "no-byte-code"))
	}
	return cmd
}

// String says what is pinned and what is not.
func (p *Pinned) String() string {
	var named []string
	for _, f := range p.files {
		named = append(named, Clean(f.path, mostMessage))
	}
	text := "known by their bytes, and asked about again when they change:"
	for i, path := range named {
		if i == 8 {
			text += fmt.Sprintf("\n  and %d files more of the code beside", len(named)-i)
			break
		}
		text += "\n  " + path
	}
	text += "\nnot known: modules and libraries installed elsewhere, data, and what the program starts by itself"
	for _, w := range p.Unread {
		text += "; " + Clean(w, mostMessage)
	}
	for _, why := range p.Loose {
		text += "\nasked about every time: " + Clean(why, mostMessage)
	}
	return text
}
