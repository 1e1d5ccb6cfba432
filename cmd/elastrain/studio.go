package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/studio"
	"github.com/elastrain/elastrain/studio/bench"
	"github.com/elastrain/elastrain/studio/engine"
	"github.com/elastrain/elastrain/studio/page"
)

type studioCommand struct {
	Subject string `arg:"" optional:"" name:"dir|run|spec" help:"Folder to show, or a run or an experiment file in it to open; default: the folder here."`
	NoOpen  bool   `help:"Print the address and open no browser."`
	Port    int    `placeholder:"N" help:"Port; default: the one it had last in this folder, or a free one."`
	Host    string `placeholder:"ADDRESS" help:"Let phones in: also listen at this address of this machine. Not encrypted."`
}

// Help is the part of --help that shows the command at work.
func (*studioCommand) Help() string {
	return `Shows the runs and experiment files of a folder in a browser, while they are trained, and starts, pauses and resumes trainings. The
address opens once and only in one browser; Enter prints another. Ctrl-C ends the studio; trainings go on. docs/studio.md says more.

Examples:
  elastrain studio                         the runs and experiments here
  elastrain studio runs/iris               and this run opened
  elastrain studio --no-open --port 8080   for a browser that is already open
  elastrain studio --host 192.168.1.20     phones on the local network too`
}

func (c *studioCommand) Run(s *session) (err error) {
	dir, fragment, err := c.place()
	if err != nil {
		return err
	}
	if c.Host != "" {
		if err := ofThisMachine(c.Host); err != nil {
			return err
		}
	}
	known := studio.Recall(configDir(), dir)
	if c.Port == 0 && c.Host == "" || c.Port == known.Port && c.Host == known.Host {
		if address, ok := known.Ask(s.ctx, false); ok {
			return c.again(s, known, address+fragment)
		}
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	config := studio.Config{Dir: dir, Page: page.Files(), Version: run.Version, Program: []string{program}, Engine: newEngine, Sessions: known.Sessions,
		Changed: func(list []studio.Session) {
			if err := known.Let(list); err != nil {
				fmt.Fprintf(s.Err, "the browsers that were let in are forgotten when the studio ends: %v\n", err)
			}
		}}
	if config.Bench, err = bench.Open(dir, bench.Options{Agree: s.trusted, Log: s.Err, Inbox: watching}); err != nil {
		return err
	}
	defer func() {
		if left := config.Bench.Close(patienceOfTheSystem); left != nil {
			err = errors.Join(err, left)
		}
	}()
	server, err := c.server(config, known.Port)
	if err != nil {
		return err
	}
	if err := known.Present(server); err != nil {
		s.Notef("another `elastrain studio` will not find this one: %v\n", err)
	}
	defer s.ending.Hold()()
	if err := c.tell(s, server, fragment); err != nil {
		return errors.Join(err, server.Close())
	}
	go c.onEnter(s, server, fragment)
	err = server.Serve(s.ctx)
	if gone := known.Absent(); gone != nil && err == nil {
		s.Notef("note: %v\n", gone)
	}
	return err
}

// newEngine is what computes for a page whose lattice is too large for it.
func newEngine() studio.Engine {
	began := time.Now()
	return &engine.Engine{Version: run.Version, Memory: engineMemory, Now: func() float64 { return float64(time.Since(began)) / 1e6 }}
}

// engineMemory is the bytes that the experiments of one browser may take.
const engineMemory = 2 << 30

// place is the folder of the studio, and what of it is opened.
func (c *studioCommand) place() (dir, fragment string, err error) {
	here, err := os.Getwd()
	if err != nil {
		return "", "", err
	}
	if c.Subject == "" {
		return here, "", nil
	}
	info, err := os.Stat(c.Subject)
	if err != nil {
		return "", "", &cli.UsageError{Text: "there is no folder, run or file " + c.Subject, Help: "`elastrain studio` alone shows the folder here", File: c.Subject}
	}
	ext := strings.ToLower(filepath.Ext(c.Subject))
	if !info.IsDir() && (!info.Mode().IsRegular() || ext != ".yaml" && ext != ".yml") {
		return "", "", &cli.UsageError{Text: c.Subject + " is no experiment file: its name does not end in .yaml", Help: "name a folder, a run or an experiment file; `elastrain studio` alone shows the folder here", File: c.Subject}
	}
	whole, err := filepath.Abs(c.Subject)
	if err != nil {
		return "", "", err
	}
	open := ""
	switch _, notRun := os.Stat(filepath.Join(whole, "manifest.json")); {
	case !info.IsDir():
		open = "sketch"
		if onBench(whole) {
			open = "bench"
		}
	case notRun == nil:
		open = "run"
	case insitu.IsSession(atomicfile.OS{}, whole):
		open = "bench"
	default:
		return whole, "", nil
	}
	name, err := filepath.Rel(here, whole)
	if dir = here; err != nil || !filepath.IsLocal(name) {
		dir, name = filepath.Dir(whole), filepath.Base(whole)
		if info.IsDir() && filepath.Base(dir) == "runs" {
			dir, name = filepath.Dir(dir), filepath.Join("runs", name)
		}
	}
	words := strings.Split(filepath.ToSlash(name), "/")
	for i := range words {
		words[i] = url.PathEscape(words[i])
	}
	return dir, "#/" + open + "/" + strings.Join(words, "/"), nil
}

// onBench reports whether an experiment file has the section lab.
func onBench(path string) bool {
	const most = 1 << 20 // of a longer one the page says what is wrong
	text, err := atomicfile.ReadFile(atomicfile.OS{}, path, most)
	if err != nil {
		return false
	}
	file, err := spec.Parse(path, text)
	return err == nil && file.Spec.Lab != nil
}

// server listens: at the port that is asked for, or at the last one where that is free, so that open pages find it.
func (c *studioCommand) server(config studio.Config, last int) (*studio.Server, error) {
	if c.Port < 0 || c.Port > 65535 {
		return nil, &cli.UsageError{Text: fmt.Sprintf("there is no port %d", c.Port), Help: "ports are 1 to 65535; leave --port away for a free one"}
	}
	port := c.Port
	if port == 0 {
		port = last
	}
	if port != last { // at another port no browser that was let in is the same; and whoever had the last one may know what it showed
		config.Sessions = nil
	}
	server, err := studio.New(config, c.Host, port)
	if c.Port == 0 && errors.Is(err, syscall.EADDRINUSE) {
		config.Sessions = nil
		server, err = studio.New(config, c.Host, 0)
	}
	var opening *net.OpError
	switch {
	case errors.As(err, &opening) && errors.Is(err, syscall.EADDRINUSE):
		return nil, &cli.UsageError{Text: fmt.Sprintf("port %d is in use by another program", port), Help: "choose another --port, or leave it away for a free one"}
	case errors.As(err, &opening):
		return nil, &cli.UsageError{Text: fmt.Sprintf("cannot listen: %v", opening.Err), Help: "choose another --port; those below 1024 are for administrators"}
	}
	return server, err
}

// shown is what --json prints: one line.
type shown struct {
	Address string `json:"address"` // opens once
	Token   string `json:"token"`
	Port    int    `json:"port"`
	PID     int    `json:"pid"`
	Dir     string `json:"dir"`
	Phone   string `json:"phone,omitempty"` // address for phones, which opens once too
}

func (c *studioCommand) object(s *session, o shown) error {
	if at, err := url.Parse(o.Address); err == nil {
		o.Token = at.Query().Get("token")
	}
	line, err := json.Marshal(o)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Out, "%s\n", line)
	return err
}

// tell says where the studio is, and opens it.
func (c *studioCommand) tell(s *session, server *studio.Server, fragment string) error {
	address, phone := server.Address(false)+fragment, ""
	if c.Host != "" {
		phone = server.Address(true)
	}
	if s.JSON {
		if err := c.object(s, shown{Address: address, Port: server.Port, PID: os.Getpid(), Dir: server.Dir, Phone: phone}); err != nil {
			return err
		}
	} else {
		s.Printf("studio  %s\n", address)
	}
	if phone != "" {
		if err := phoneWords(s, phone); err != nil {
			return err
		}
	}
	s.Notef("This address opens once. Enter prints another, Ctrl-C ends the studio; trainings go on.\n")
	if !c.NoOpen {
		openBrowser(address)
	}
	return nil
}

// phoneWords prints the address for a phone, as a code to photograph where there is a terminal.
func phoneWords(s *session, phone string) error {
	fmt.Fprintf(s.Err, "warning: with --host %s\n", studio.Warning)
	if s.Live {
		code, err := studio.Code(phone)
		if err != nil {
			return err
		}
		fmt.Fprint(s.Err, code)
	}
	if !s.JSON {
		s.Printf("phone   %s\n", phone)
	}
	return nil
}

// onEnter prints a new address whenever a person at the terminal presses Enter.
func (c *studioCommand) onEnter(s *session, server *studio.Server, fragment string) {
	in, ok := s.In.(*os.File)
	if !ok || !isTerminal(in) {
		return
	}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		s.Printf("studio  %s\n", server.Address(false)+fragment)
		if c.Host != "" {
			if err := phoneWords(s, server.Address(true)); err != nil {
				s.Notef("note: %v\n", err)
			}
		}
	}
}

// again shows a studio that runs already.
func (c *studioCommand) again(s *session, known *studio.Presence, address string) error {
	if s.JSON {
		if err := c.object(s, shown{Address: address, Port: known.Port, PID: known.PID, Dir: known.Dir}); err != nil {
			return err
		}
	}
	s.Printf("studio  %s\n", address)
	s.Notef("It runs already, as process %d. This address opens once.\n", known.PID)
	if !c.NoOpen {
		openBrowser(address)
	}
	return nil
}

// configDir is where the program keeps what is the user's; "" where there is no such place.
func configDir() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "elastrain")
}

// openBrowser opens an address. Where there is no screen, or no program for it, the address is printed all the same.
func openBrowser(address string) {
	var c *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		c = exec.Command("open", address)
	case "windows":
		c = exec.Command("rundll32", "url.dll,FileProtocolHandler", address)
	default:
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return
		}
		c = exec.Command("xdg-open", address)
	}
	if c.Start() == nil {
		go func() { _ = c.Wait() }() // the address stands in the terminal
	}
}

// ofThisMachine refuses an address at which this machine cannot be reached, and lists those at which it can.
func ofThisMachine(host string) error {
	var own []string
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return err
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			own = append(own, n.IP.String())
			if n.IP.Equal(net.ParseIP(host)) {
				return nil
			}
		}
	}
	if len(own) == 0 {
		own = []string{"none: it is in no network"}
	}
	return &cli.UsageError{Text: fmt.Sprintf("%s is no address of this machine in a network", strconv.Quote(host)), Help: "its addresses are " + strings.Join(own, ", ")}
}
