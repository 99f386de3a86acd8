package derive

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes start a worker in a session of its own, out of reach of a
// terminal's signals, and have it killed when its parent dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

// confine locks the process down, all its threads and for good. Each step
// takes away what the steps after it no longer need; the filter comes last.
func confine(l Limits, seconds int) error {
	// Setting it also stops the runtime from looking at its control group again.
	runtime.GOMAXPROCS(min(2, runtime.NumCPU()))
	debug.SetMemoryLimit(l.Memory / 4 * 3)
	closeInherited()
	if err := setLimits(l, seconds); err != nil {
		return err
	}
	// Not dumpable: no core, and no other process of this user may attach.
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("not dumpable: %w", err)
	}
	runtime.LockOSThread() // no_new_privs is a thread's, until the filter gives it to all
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	landlock()
	return filterCalls()
}

// setLimits sets resource limits. RLIMIT_NPROC is not among them: it counts
// every thread of the user, so a busy home would stop its own workers. The
// filter forbids new processes instead.
func setLimits(l Limits, seconds int) error {
	const spareDescriptors = 16 // the runtime may still make an epoll instance and its event
	address, data := held()
	limits := []struct {
		name     string
		resource int
		value    uint64
	}{
		// Memory that can be written to counts as data; the address space also
		// holds what the runtime reserves without using it.
		{"data", unix.RLIMIT_DATA, data + uint64(l.Memory)},
		{"address space", unix.RLIMIT_AS, address + 2*uint64(l.Memory)},
		{"CPU", unix.RLIMIT_CPU, uint64(seconds)},
		{"file size", unix.RLIMIT_FSIZE, 0},
		{"core", unix.RLIMIT_CORE, 0},
		{"descriptors", unix.RLIMIT_NOFILE, spareDescriptors},
	}
	for _, r := range limits {
		var old unix.Rlimit
		if err := unix.Getrlimit(r.resource, &old); err != nil {
			return fmt.Errorf("limit %s: %w", r.name, err)
		}
		value := min(r.value, old.Max)
		if err := unix.Setrlimit(r.resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
			return fmt.Errorf("limit %s: %w", r.name, err)
		}
	}
	return nil
}

// held is the address space and the data this process has now, in bytes
// (proc_pid_statm(5)), or room for any Go program where that cannot be read.
func held() (address, data uint64) {
	const (
		sizeField = 0
		dataField = 5
		anyGo     = 4 << 30
	)
	text, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) <= dataField {
		return anyGo, 0
	}
	pages := func(field int) uint64 {
		n, err := strconv.ParseUint(fields[field], 10, 64)
		if err != nil || n > math.MaxInt64/uint64(os.Getpagesize()) {
			return 0
		}
		return n * uint64(os.Getpagesize())
	}
	return pages(sizeField), pages(dataField)
}

// closeInherited closes what the parent's own parent may have left open in
// it, and spares the descriptors of the Go runtime.
func closeInherited() {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil || fd <= 2 {
			continue
		}
		target, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err != nil || strings.HasPrefix(target, "anon_inode:[event") {
			continue
		}
		// One that was the listing's own is closed already; that is no error.
		_ = unix.Close(fd)
	}
}
