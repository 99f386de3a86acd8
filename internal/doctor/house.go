package doctor

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/smtp"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"allod/internal/backup"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/fetch"
)

// Little room is a warning, hardly any a failure.
const (
	little = 1 << 30
	hardly = 100 << 20
)

// house looks at the folder, the disk, the database and the backup.
func (e *examination) house(ctx context.Context) {
	folder := e.folder()
	if folder != nil {
		e.bad(House, "folder", folder)
	} else {
		e.good(House, "folder", "folder", e.Data)
		e.space()
	}
	switch err := e.opened(ctx); {
	case err == nil:
		e.good(House, "database")
	case folder != nil && !errors.Is(err, db.ErrDamaged):
		e.skip(House, "database")
	default:
		e.bad(House, "database", err)
	}
	switch {
	case e.BackupFault != nil:
		e.bad(House, "backup", e.BackupFault)
	case !e.Backups:
		e.warn(House, "backup", says("no_backup"))
	default:
		e.good(House, "backup", "day", e.BackupAt.Format(time.DateOnly))
	}
}

// folder looks whether the program may write where it keeps everything.
func (e *examination) folder() error {
	name := filepath.Join(e.Data, ".doctor-"+rand.Text())
	err := os.WriteFile(name, make([]byte, 64<<10), 0o600)
	os.Remove(name)
	args := []any{"folder", e.Data}
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrNotExist):
		return says("no_folder", args...)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return says("disk_full", args...)
	case errors.Is(err, syscall.EROFS):
		return says("disk_read_only", args...)
	case errors.Is(err, fs.ErrPermission):
		return says("folder_other", args...)
	default:
		return says("disk_broken", args...).Because("%w", err)
	}
	for _, file := range []string{backup.Key, backup.Database} { // they must be its own, too
		f, err := os.OpenFile(filepath.Join(e.Data, file), os.O_RDWR, 0)
		if errors.Is(err, fs.ErrPermission) {
			return says("folder_other", args...)
		}
		if err == nil {
			f.Close()
		}
	}
	return nil
}

func (e *examination) space() {
	free, _, err := backup.Space(e.Data)
	if err != nil {
		return
	}
	room := strconv.FormatFloat(float64(free)/(1<<30), 'f', 1, 64)
	switch {
	case free < hardly:
		e.bad(House, "space", says("disk_full", "folder", e.Data))
	case free < little:
		e.warn(House, "space", says("disk_little", "room", room))
	default:
		e.good(House, "space", "room", room)
	}
}

func (e *examination) opened(ctx context.Context) error {
	err := e.Opened
	if err == nil && e.Database != nil {
		err = e.Database(ctx)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, db.ErrDamaged), strings.Contains(err.Error(), "not a database"), strings.Contains(err.Error(), "malformed"):
		return says("database_damaged").Because("%w", errors.Join(db.ErrDamaged, err))
	}
	if key, _ := fault.Message(err); fault.Of(err) != fault.Internal && key != "" {
		return err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.Contains(err.Error(), backup.Key):
		return says("key_missing", "folder", e.Data)
	case errors.Is(err, fs.ErrNotExist) && strings.Contains(err.Error(), backup.Database):
		return says("database_missing", "folder", e.Data)
	case db.IsLocked(err):
		return says("database_locked", "folder", e.Data)
	}
	return says("database_closed").Because("%w", err)
}

// clockMax is how far a clock may be off before signatures are refused elsewhere.
const clockMax = 5 * time.Minute

// clock compares this machine's with those of others.
func (e *examination) clock(ctx context.Context) {
	var off []time.Duration
	for _, peer := range e.Peers {
		began := e.Now()
		r, err := e.Fetch.Do(ctx, fetch.Request{URL: peer, Timeout: patience, NoRedirect: true, StatusOnly: true})
		if err != nil {
			continue
		}
		if at, err := http.ParseTime(r.Header.Get("Date")); err == nil {
			off = append(off, began.Sub(at))
		}
		if len(off) == 3 {
			break
		}
	}
	if len(off) == 0 {
		e.found = append(e.found, Finding{Group: Reach, Check: "clock", Skipped: true, Alone: true})
		return
	}
	slices.Sort(off)
	middle := off[len(off)/2]
	if middle.Abs() > clockMax {
		key := "clock_fast"
		if middle < 0 {
			key = "clock_slow"
		}
		e.bad(Reach, "clock", says(key, "minutes", int64(middle.Abs().Round(time.Minute)/time.Minute)))
		return
	}
	e.good(Reach, "clock")
}

// mail goes as far as a mail goes before it is written.
func (e *examination) mail(ctx context.Context) {
	if e.Mail.Server == "" {
		e.warn(Reach, "mail", says("no_mail"))
		return
	}
	if err := e.letter(ctx); err != nil {
		e.bad(Reach, "mail", err)
		return
	}
	e.good(Reach, "mail", "server", e.Mail.Server)
}

func (e *examination) letter(ctx context.Context) error {
	m := e.Mail
	args := []any{"server", m.Server, "user", m.User, "from", m.From}
	host, _, err := net.SplitHostPort(m.Server)
	if err != nil {
		return says("mail_silent", args...)
	}
	d := net.Dialer{Timeout: patience}
	conn, err := d.DialContext(ctx, "tcp", m.Server)
	if err != nil {
		return says("mail_silent", args...)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * patience))
	security := &tls.Config{ServerName: host, RootCAs: e.Roots, MinVersion: tls.VersionTLS12}
	if m.TLS == "tls" {
		conn = tls.Client(conn, security)
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return says("mail_silent", args...)
	}
	defer c.Close()
	if err := c.Hello(e.Host); err != nil {
		return says("mail_refused", append(args, "answer", line(err))...)
	}
	if m.TLS != "tls" && m.TLS != "none" {
		if err := c.StartTLS(security); err != nil {
			return says("mail_open", args...)
		}
	}
	if m.User != "" {
		if err := c.Auth(smtp.PlainAuth("", m.User, m.Password, host)); err != nil {
			return says("mail_password", args...)
		}
	}
	if err := c.Mail(m.From); err != nil {
		return says("mail_from", append(args, "answer", line(err))...)
	}
	_ = c.Reset()
	_ = c.Quit()
	return nil
}

// line is what a mail server answered, without controls.
func line(err error) string {
	text := err.Error()
	var said *textproto.Error
	if errors.As(err, &said) {
		text = strconv.Itoa(said.Code) + " " + said.Msg
	}
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200]) + "…"
	}
	return text
}
