package listener

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// send sends copies of descriptors with a word. The descriptors themselves
// are not asked of an os.File, which would make them block.
func send(conn *net.UnixConn, word string, fds []int) error {
	if len(fds) == 0 {
		return nil
	}
	_, _, err := conn.WriteMsgUnix([]byte(word), unix.UnixRights(fds...), nil)
	return err
}

// copyOf is a copy of a listener's descriptor, to be closed by the caller.
func copyOf(l *net.TCPListener) (fd int, err error) {
	raw, err := l.SyscallConn()
	if err != nil {
		return 0, err
	}
	failed := raw.Control(func(own uintptr) { fd, err = unix.FcntlInt(own, unix.F_DUPFD_CLOEXEC, 0) })
	return fd, errors.Join(failed, err)
}

func release(fds []int) {
	for _, fd := range fds {
		unix.Close(fd)
	}
}

// fromHolder takes the sockets that an upgrade holds at an address; none where nobody does.
func fromHolder(address string) ([]*os.File, error) {
	if address == "" {
		return nil, nil
	}
	conn, err := net.DialTimeout("unix", address, time.Second)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ECONNREFUSED) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("handover: %w", err)
	}
	defer conn.Close()
	word, rights := make([]byte, 16), make([]byte, unix.CmsgSpace(4*maxHanded))
	_, n, _, _, err := conn.(*net.UnixConn).ReadMsgUnix(word, rights)
	if err != nil {
		return nil, fmt.Errorf("handover: %w", err)
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil {
		return nil, err
	}
	var files []*os.File
	for _, m := range messages {
		fds, err := unix.ParseUnixRights(&m)
		if err != nil {
			return nil, err
		}
		for _, fd := range fds {
			unix.CloseOnExec(fd)
			files = append(files, os.NewFile(uintptr(fd), "held"))
		}
	}
	return files, nil
}

// Hold keeps the listening sockets of a running home alive while it is
// replaced, and hands them to whoever connects to address first. ready is
// called once it holds them. It needs no help of that home, which may be of
// any version, but the right to trace it: root's.
func Hold(ctx context.Context, pid int, address string, ready func()) error {
	held, err := listenersOf(pid)
	if err != nil {
		return err
	}
	if len(held) == 0 {
		return fmt.Errorf("process %d listens at nothing", pid)
	}
	defer release(held)
	if err := os.Remove(address); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	l, err := net.Listen("unix", address)
	if err != nil {
		return err
	}
	defer l.Close()
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	if err := sharedWith(address, pid); err != nil {
		return err
	}
	ready()
	conn, err := l.Accept()
	if err != nil {
		return errors.Join(ctx.Err(), err)
	}
	defer conn.Close()
	return send(conn.(*net.UnixConn), "held", held)
}

// sharedWith lets the user a process runs as connect to a socket, and nobody else.
func sharedWith(address string, pid int) error {
	var s unix.Stat_t
	if err := unix.Stat(fmt.Sprintf("/proc/%d", pid), &s); err != nil {
		return err
	}
	return errors.Join(os.Chmod(address, 0o600), os.Chown(address, int(s.Uid), int(s.Gid)))
}

// listenersOf are copies of the listening TCP sockets of a process.
func listenersOf(pid int) ([]int, error) {
	process, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil, fmt.Errorf("process %d: %w", pid, err)
	}
	defer unix.Close(process)
	names, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		return nil, err
	}
	var held []int
	for _, name := range names {
		to, err := os.Readlink(name)
		n, bad := strconv.Atoi(filepath.Base(name))
		if err != nil || bad != nil || !strings.HasPrefix(to, "socket:") || len(held) == maxHanded {
			continue
		}
		fd, err := unix.PidfdGetfd(process, n, 0)
		if err != nil {
			release(held)
			return nil, fmt.Errorf("process %d: %w", pid, err)
		}
		if !listensTCP(fd) {
			unix.Close(fd)
			continue
		}
		held = append(held, fd)
	}
	return held, nil
}

func listensTCP(fd int) bool {
	listens, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ACCEPTCONN)
	if err != nil || listens == 0 {
		return false
	}
	family, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DOMAIN)
	return err == nil && (family == unix.AF_INET || family == unix.AF_INET6)
}
