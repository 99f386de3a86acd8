package fetch

import (
	"net/netip"
	"syscall"

	"code.dny.dev/ssrf"

	"allod/internal/fault"
)

// never lists what no setting opens: link-local networks, where machines of a
// cloud find their own credentials, and the IPv6 address of the same service.
var never = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("fe80::/10"),
	netip.MustParsePrefix("fd00:ec2::254/128"),
}

// A guard judges addresses at dial time. The public internet is what the
// IANA special-purpose registries leave over: all of IPv4 less its special
// ranges, and of IPv6 the global unicast range less those inside it.
type guard struct {
	public *ssrf.Guardian
	allow  []netip.Prefix // private networks that are open, at any port
}

func newGuard(allow []netip.Prefix) *guard {
	return &guard{public: ssrf.New(ssrf.WithPorts(443)), allow: allow}
}

// secure is the dialer's control for connections that will speak TLS.
func (g *guard) secure(network, address string, _ syscall.RawConn) error {
	to, err := dialled(network, address)
	if err != nil {
		return err
	}
	open, err := g.allowed(to.Addr())
	if err != nil || open {
		return err
	}
	if err := g.public.SafeAddrPort(to); err != nil {
		return denied("%w", err)
	}
	return nil
}

// plain is the dialer's control for connections without TLS.
func (g *guard) plain(network, address string, _ syscall.RawConn) error {
	to, err := dialled(network, address)
	if err != nil {
		return err
	}
	open, err := g.allowed(to.Addr())
	if err == nil && !open {
		err = denied("%s without TLS", to)
	}
	return err
}

// allowed reports whether ip is in a network that was opened by setting. The
// error is the refusal of those that no setting opens.
func (g *guard) allowed(ip netip.Addr) (bool, error) {
	for _, p := range never {
		if p.Contains(ip) || p.Contains(embedded(ip)) {
			return false, denied("%s is never open", ip)
		}
	}
	for _, p := range g.allow {
		if p.Contains(ip) {
			return true, nil
		}
	}
	return false, nil
}

// dialled reads what the dialer is about to connect to, IPv4 in IPv6 taken out.
func dialled(network, address string) (netip.AddrPort, error) {
	if network != "tcp4" && network != "tcp6" {
		return netip.AddrPort{}, denied("network %s", network)
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return netip.AddrPort{}, denied("%w", err)
	}
	return netip.AddrPortFrom(to.Addr().Unmap().WithZone(""), to.Port()), nil
}

// embedded is the IPv4 address that a gateway would take an IPv6 address to:
// IPv4-compatible (RFC 4291 §2.5.5.1), NAT64 (RFC 6052 §2.1) and 6to4
// (RFC 3056 §2). The zero Addr, in no network, if there is none.
func embedded(ip netip.Addr) netip.Addr {
	if !ip.Is6() {
		return netip.Addr{}
	}
	b := ip.As16()
	switch {
	case netip.PrefixFrom(netip.IPv6Unspecified(), 96).Contains(ip), ssrf.IPv6NAT64Prefix.Contains(ip):
		return netip.AddrFrom4([4]byte(b[12:16]))
	case b[0] == 0x20 && b[1] == 0x02:
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return netip.Addr{}
}

func denied(format string, args ...any) error {
	return fault.New(fault.Denied, "fault.fetch.denied").Because(format, args...)
}
