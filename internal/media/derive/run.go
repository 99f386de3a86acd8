package derive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"regexp"
	"runtime"
	"time"

	"allod/internal/fault"
)

const maxStderr = 4 << 10

// run starts one worker, gives it the job and the bytes of src, and turns
// what it answers, or how it ends, into a result or a fault.
func (d *Deriver) run(ctx context.Context, src io.Reader, j job) (*result, error) {
	// The kernel ties a child's parent-death signal to the thread that
	// started it, so this thread must last as long as the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	bounded, cancel := context.WithTimeout(ctx, patience*d.cfg.Timeout)
	defer cancel()
	cmd := exec.CommandContext(bounded, d.cfg.Self, d.cfg.Args...)
	cmd.Dir = "/"
	cmd.Env = []string{"GOTRACEBACK=single"}
	cmd.SysProcAttr = attributes()
	cmd.WaitDelay = time.Second
	stderr := &head{limit: maxStderr}
	cmd.Stderr = stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, unavailable(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, unavailable(err)
	}
	if err := cmd.Start(); err != nil {
		return nil, unavailable(err)
	}

	fed := make(chan error, 1)
	go func() { fed <- feed(stdin, src, j) }()
	res, err := readResult(stdout, j.Limits.Output)
	if err == nil || !ended(err) {
		cancel() // nothing more is wanted of it
	}
	timedOut := errors.Is(bounded.Err(), context.DeadlineExceeded)
	waited := cmd.Wait()
	timedOut = timedOut || errors.Is(bounded.Err(), context.DeadlineExceeded)
	fedErr := <-fed

	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case fedErr != nil:
		return nil, fedErr
	case err != nil && timedOut:
		return nil, fault.Wrap(err, fault.Timeout, "fault.media.timeout")
	case err != nil && !ended(err):
		return nil, d.nonsense(err)
	case err != nil:
		return nil, d.died(cmd, j, stderr, errors.Join(err, waited))
	case res.Refusal != nil:
		return nil, d.refused(res.Refusal)
	}
	if err := res.check(j); err != nil {
		return nil, d.nonsense(err)
	}
	return res, nil
}

// nonsense is the fault of a worker that no longer does what it was made for.
func (d *Deriver) nonsense(err error) error {
	d.cfg.Log.Error("picture worker answered nonsense", "error", err)
	return fault.Wrap(err, fault.Invalid, "fault.media.broken")
}

// ended reports whether err means that the worker closed its end, so that it
// is about to end by itself and how it does can be learned.
func ended(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// feed writes the job and the picture. A worker that stops listening is no
// error here: it has answered, or its end says why.
func feed(w io.WriteCloser, src io.Reader, j job) error {
	defer w.Close()
	if err := writeHeader(w, j); err != nil {
		return nil
	}
	from := &recorder{r: io.LimitReader(src, j.Limits.Bytes+1)}
	n, _ := io.Copy(w, from)
	if from.err != nil {
		return from.err
	}
	if n > j.Limits.Bytes {
		return fault.New(fault.TooLarge, "fault.media.too_large").Because("file over %d bytes", j.Limits.Bytes)
	}
	return nil
}

// recorder remembers the error of the reader, to tell it from the writer's.
type recorder struct {
	r   io.Reader
	err error
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// outOfMemory matches the last words of a program that was given no more
// memory. A segmentation violation is one of them: the decoders are memory
// safe and their panics are caught, so it is the runtime's own, after an
// allocation that it did not check.
var outOfMemory = regexp.MustCompile(`out of memory|(cannot|failed to) allocate|SIGSEGV`)

// died finds the fault in how a worker ended without an answer.
func (d *Deriver) died(cmd *exec.Cmd, j job, stderr *head, cause error) error {
	state := cmd.ProcessState
	cpu := state.UserTime() + state.SystemTime()
	said := stderr.buf.Bytes()
	d.cfg.Log.Warn("picture worker died", "state", state.String(), "cpu", cpu, "error", cause, "stderr", string(said))
	switch {
	case cpu >= time.Duration(j.Seconds)*time.Second:
		return fault.Wrap(cause, fault.Timeout, "fault.media.timeout")
	case outOfMemory.Match(said):
		return fault.Wrap(cause, fault.TooLarge, "fault.media.too_large")
	case state.ExitCode() < 0: // by a signal that was not ours
		return unavailable(cause)
	default:
		return fault.Wrap(cause, fault.Invalid, "fault.media.broken")
	}
}

func (d *Deriver) refused(r *refusal) error {
	switch r.Reason {
	case unsupported:
		return fault.Wrap(r, fault.Unsupported, "fault.media.unsupported")
	case tooLarge:
		return fault.Wrap(r, fault.TooLarge, "fault.media.too_large")
	case unconfined:
		d.cfg.Log.Error("picture worker cannot be confined; no picture is decoded", "error", r)
		return unavailable(r)
	default:
		return fault.Wrap(r, fault.Invalid, "fault.media.broken")
	}
}

func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "fault.media.unavailable")
}

// head keeps the first bytes written to it and drops the rest.
type head struct {
	buf   bytes.Buffer
	limit int
}

func (h *head) Write(p []byte) (int, error) {
	if room := h.limit - h.buf.Len(); room > 0 {
		h.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
