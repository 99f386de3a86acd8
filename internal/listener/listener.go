// Package listener opens the sockets a home listens at, and keeps them open over restarts and upgrades.
package listener

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// A Manager is whoever started the program, as the environment tells it.
type Manager struct {
	Notify   string // where it wants to be told (sd_notify(3))
	GivenTo  string // the process that it gave sockets (sd_listen_fds(3))
	Given    string // and how many
	Handover string // where an upgrade holds those of the home before
}

// Gifts are listening sockets that outlive the program, so that a restart or
// an upgrade refuses nobody: systemd keeps them in its store of descriptors, or
// whoever upgrades holds them. What is asked meanwhile waits.
type Gifts []net.Listener

// Inherited are the listening sockets that were handed over.
func (m Manager) Inherited() (Gifts, error) {
	files, err := m.given(os.Getpid())
	if err != nil {
		return nil, err
	}
	held, err := fromHolder(m.Handover)
	if err != nil {
		return nil, err
	}
	var g Gifts
	for _, f := range append(files, held...) {
		l, err := net.FileListener(f) // of a copy
		f.Close()
		if err != nil {
			continue // not a listening socket
		}
		g = append(g, l)
	}
	return g, nil
}

// Listen is the socket that was handed over for an address, or a new one.
func (g *Gifts) Listen(address string) (net.Listener, error) {
	for i, l := range *g {
		if sameAddress(l.Addr().String(), address) {
			*g = append((*g)[:i], (*g)[i+1:]...)
			return l, nil
		}
	}
	return net.Listen("tcp", address)
}

// Close lets go of what nobody wanted.
func (g *Gifts) Close() {
	for _, l := range *g {
		l.Close()
	}
}

func sameAddress(got, want string) bool {
	gotHost, gotPort, err := net.SplitHostPort(got)
	wantHost, wantPort, bad := net.SplitHostPort(want)
	if err != nil || bad != nil || gotPort != wantPort {
		return false
	}
	a, b := net.ParseIP(gotHost), net.ParseIP(wantHost)
	all := func(host string, ip net.IP) bool { return host == "" || ip != nil && ip.IsUnspecified() }
	return all(gotHost, a) && all(wantHost, b) || a != nil && b != nil && a.Equal(b) || wantHost == "localhost" && a != nil && a.IsLoopback()
}

// firstGiven is the descriptor that a service manager's begin with (sd_listen_fds(3)).
const firstGiven = 3

// maxHanded is how many sockets are handed over at most.
const maxHanded = 16

// given are the descriptors that the service manager gave this process.
func (m Manager) given(pid int) ([]*os.File, error) {
	if m.GivenTo != strconv.Itoa(pid) {
		return nil, nil
	}
	n, err := strconv.Atoi(m.Given)
	if err != nil || n < 0 || n > maxHanded {
		return nil, fmt.Errorf("LISTEN_FDS: %q", m.Given)
	}
	var files []*os.File
	for fd := firstGiven; fd < firstGiven+n; fd++ {
		files = append(files, os.NewFile(uintptr(fd), "given"))
	}
	return files, nil
}

// Ready tells the service manager that the home answers, and gives it the
// sockets to keep over a restart.
func (m Manager) Ready(listeners ...net.Listener) error {
	address := m.Notify
	if address == "" {
		return nil
	}
	if strings.HasPrefix(address, "@") {
		address = "\x00" + address[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer conn.Close()
	var kept []int
	defer func() { release(kept) }()
	for _, l := range listeners {
		tcp, ok := l.(*net.TCPListener)
		if !ok {
			continue
		}
		fd, err := copyOf(tcp)
		if err != nil {
			return err
		}
		kept = append(kept, fd)
	}
	// What was kept before goes first, or a changed address would be kept for ever.
	_, err = conn.Write([]byte("FDSTOREREMOVE=1\nFDNAME=allod"))
	err = errors.Join(err, send(conn, "FDSTORE=1\nFDNAME=allod", kept))
	_, ready := conn.Write([]byte("READY=1"))
	return errors.Join(err, ready)
}
