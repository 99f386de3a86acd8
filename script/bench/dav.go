package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// A davServer keeps files by WebDAV: our home, or one that it is measured beside.
type davServer struct {
	name   string
	addr   string // host and port
	base   string // path of the folder that files go into, without a slash at its end
	auth   string // of the Authorization header, "" for none
	secret string // the password in it
	pid    int
	data   string // folder in which what is put into base lies as files, not synced; "" for a home
}

func basic(login, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(login+":"+secret))
}

// A davConn is one connection that stays open. It costs a tenth of net/http's
// client, which would share the machine with what is measured.
type davConn struct {
	net.Conn
	r    *bufio.Reader
	s    *davServer
	bulk []byte // what answers pass through
}

func (s *davServer) dial() (*davConn, error) {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		return nil, err
	}
	return &davConn{c, bufio.NewReaderSize(c, 16<<10), s, make([]byte, 256<<10)}, nil
}

// head is that of a request; more are lines that each end in CR LF.
func (s *davServer) head(method, path, more string, length int64) string {
	h := method + " " + s.base + path + " HTTP/1.1\r\nHost: " + s.addr + "\r\n" + more
	if s.auth != "" {
		h += "Authorization: " + s.auth + "\r\n"
	}
	if length >= 0 {
		h += fmt.Sprintf("Content-Length: %d\r\n", length)
	}
	return h + "\r\n"
}

// ask sends a request whose body is small, and reads its answer into into.
func (c *davConn) ask(method, path, more string, body []byte, into io.Writer) (status int, length int64, err error) {
	packet := net.Buffers{[]byte(c.s.head(method, path, more, int64(len(body)))), body}
	if _, err = packet.WriteTo(c.Conn); err == nil {
		status, length, err = c.answer(method, into)
	}
	if err != nil {
		err = fmt.Errorf("%s: %s %s: %w", c.s.name, method, path, err)
	}
	return status, length, err
}

// answer reads one.
func (c *davConn) answer(method string, into io.Writer) (status int, length int64, err error) {
	resp, err := http.ReadResponse(c.r, &http.Request{Method: method})
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	length, err = io.CopyBuffer(struct{ io.Writer }{into}, resp.Body, c.bulk)
	return resp.StatusCode, length, err
}

// once is ask on a connection of its own. It fails where the status is none of the second hundred.
func (s *davServer) once(method, path, more string, body []byte) (length int64, err error) {
	c, err := s.dial()
	if err != nil {
		return 0, err
	}
	defer c.Close()
	status, length, err := c.ask(method, path, more, body, io.Discard)
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("%s: %s %s: %d", s.name, method, path, status)
	}
	return length, err
}

// A smallWriter writes small files.
type smallWriter interface {
	called() string
	process() int
	makeFolder() error
	// lane is one of several that write side by side; each file has a number.
	lane() (write func(i int) error, end func(), err error)
}

// eightWrite writes n small files from a number on, on eight lanes, and returns how many a second.
func eightWrite(ctx context.Context, w smallWriter, from, n int) (rate float64, err error) {
	const lanes = 8
	var writes [lanes]func(int) error
	for i := range writes {
		write, end, err := w.lane()
		if err != nil {
			return 0, err
		}
		defer end()
		writes[i] = write
	}
	var next atomic.Int64
	var all sync.WaitGroup
	var failed atomic.Pointer[error]
	began := time.Now()
	for _, write := range writes {
		all.Go(func() {
			for i := next.Add(1); i <= int64(n) && failed.Load() == nil && ctx.Err() == nil; i = next.Add(1) {
				if err := write(from + int(i)); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	all.Wait()
	rate = float64(n) / time.Since(began).Seconds()
	if e := failed.Load(); e != nil {
		return 0, *e
	}
	return rate, ctx.Err()
}

// smallSize is that of small files, no two alike.
const smallSize = 4096

func small(i int) []byte {
	b := make([]byte, smallSize)
	binary.BigEndian.PutUint64(b, uint64(i)+1)
	return b
}

// smallFolder is where small files come to lie.
const smallFolder = "/small"

func (s *davServer) called() string { return s.name }
func (s *davServer) process() int   { return s.pid }

func (s *davServer) makeFolder() error {
	_, err := s.once("MKCOL", smallFolder+"/", "", nil)
	return err
}

func (s *davServer) lane() (func(int) error, func(), error) {
	c, err := s.dial()
	if err != nil {
		return nil, nil, err
	}
	return func(i int) error {
		path := fmt.Sprintf("%s/%05d.bin", smallFolder, i)
		status, _, err := c.ask("PUT", path, "", small(i), io.Discard)
		if err == nil && status != http.StatusCreated {
			err = fmt.Errorf("%s: PUT %s: %d", s.name, path, status)
		}
		return err
	}, func() { c.Close() }, nil
}

func smallWriters(all []*davServer) (out []smallWriter) {
	for _, s := range all {
		out = append(out, s)
	}
	return out
}

// A bareDisk writes by create, fsync and rename.
type bareDisk struct{ dir string }

func (b *bareDisk) called() string    { return "bare" }
func (b *bareDisk) process() int      { return os.Getpid() }
func (b *bareDisk) makeFolder() error { return os.MkdirAll(b.dir, 0o700) }

func (b *bareDisk) lane() (func(int) error, func(), error) {
	return b.write, func() {}, nil
}

func (b *bareDisk) write(i int) error {
	name := filepath.Join(b.dir, fmt.Sprintf("%05d.bin", i))
	f, err := os.Create(name + ".part")
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(small(i)); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return os.Rename(name+".part", name)
}
