// Package freeport finds addresses on loopback for the homes that tests start.
package freeport

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
)

// The ports that are tried. From 32768 on Linux takes the other end of every
// connection that is made, so a port found there may be taken by the time a
// home listens on it, or starts again on it.
const (
	lowest = 10_000
	above  = 32_768
	tries  = 100
)

// On is an address of host, as host:port, that nobody listens on. It returns
// the last error of listening where it finds none.
func On(host string) (string, error) {
	err := errors.New("no port was tried")
	for range tries {
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(lowest+rand.IntN(above-lowest)))); err == nil {
			return l.Addr().String(), l.Close()
		}
	}
	return "", err
}
