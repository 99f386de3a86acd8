package fetch

import (
	"net/netip"
	"testing"

	"allod/internal/fault"
)

// refused holds one address or both ends of every range that leads nowhere on
// the public internet.
var refused = []string{
	"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255",
	"169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.255", "192.0.2.1",
	"192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.7",
	"224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.255",
	"::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254",
	"64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:ffff:ffff::1", "2001:10::1", "2001:20::1",
	"2001:db8::1", "2002::1", "2002:7f00:1::1", "3fff::1", "3fff:fff:ffff::1", "5f00::1", "fc00::1", "fdff:ffff::1", "fe80::1", "febf::1", "ff02::1",
	"fd00:ec2::254",
}

func control(t *testing.T, address string, port uint16, allow ...string) (secure, plain error) {
	t.Helper()
	var prefixes []netip.Prefix
	for _, p := range allow {
		prefixes = append(prefixes, netip.MustParsePrefix(p))
	}
	g := newGuard(prefixes)
	to := netip.AddrPortFrom(netip.MustParseAddr(address), port)
	network := "tcp4"
	if to.Addr().Is6() {
		network = "tcp6"
	}
	return g.secure(network, to.String(), nil), g.plain(network, to.String(), nil)
}

func TestSpecialNetworksAreRefused(t *testing.T) {
	for _, ip := range refused {
		if secure, plain := control(t, ip, 443); !fault.Is(secure, fault.Denied) || !fault.Is(plain, fault.Denied) {
			t.Errorf("%s: %v, %v; want denied faults", ip, secure, plain)
		}
	}
}

func TestPublicInternetIsOpenForTLSOn443Alone(t *testing.T) {
	for _, ip := range []string{"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.32.0.0", "192.0.1.1", "::ffff:8.8.8.8", "2600::1", "2a00:1450::1"} {
		secure, plain := control(t, ip, 443)
		if secure != nil {
			t.Errorf("%s: %v", ip, secure)
		}
		if !fault.Is(plain, fault.Denied) {
			t.Errorf("%s without TLS: %v", ip, plain)
		}
		for _, port := range []uint16{22, 25, 80, 8443, 6379} {
			if secure, plain := control(t, ip, port); !fault.Is(secure, fault.Denied) || !fault.Is(plain, fault.Denied) {
				t.Errorf("%s port %d: %v, %v", ip, port, secure, plain)
			}
		}
	}
}

func TestOpenedNetworksAreOpenAtAnyPort(t *testing.T) {
	for _, c := range []struct {
		ip, allow string
		open      bool
	}{
		{"127.0.0.1", "127.0.0.0/8", true},
		{"127.0.0.2", "127.0.0.1/32", false},
		{"::ffff:127.0.0.1", "127.0.0.0/8", true},
		{"10.0.0.1", "127.0.0.0/8", false},
		{"::1", "127.0.0.0/8", false},
		{"::1", "::1/128", true},
		{"fd00::1", "fd00::/8", true},
		{"8.8.8.8", "10.0.0.0/8", false},
		{"169.254.169.254", "0.0.0.0/0", false},
		{"169.254.169.254", "169.254.0.0/16", false},
		{"::ffff:169.254.169.254", "::/0", false},
		{"::169.254.169.254", "::/0", false},
		{"64:ff9b::a9fe:a9fe", "::/0", false},
		{"2002:a9fe:a9fe::1", "::/0", false},
		{"fe80::1", "fe80::/10", false},
		{"fe80::1%eth0", "::/0", false},
		{"fd00:ec2::254", "fd00::/8", false},
	} {
		secure, plain := control(t, c.ip, 8420, c.allow)
		if (secure == nil) != c.open || (plain == nil) != c.open {
			t.Errorf("%s with %s opened: %v, %v; want open %v", c.ip, c.allow, secure, plain, c.open)
		}
	}
}

func TestOnlyTCPIsDialled(t *testing.T) {
	g := newGuard([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
	for _, c := range [][2]string{{"udp4", "127.0.0.1:53"}, {"unix", "/run/x.sock"}, {"tcp4", "localhost:80"}, {"tcp4", ""}} {
		if err := g.secure(c[0], c[1], nil); !fault.Is(err, fault.Denied) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func FuzzGuardNeverPanics(f *testing.F) {
	f.Add("tcp4", "127.0.0.1:80")
	f.Add("tcp6", "[::ffff:1.2.3.4%1]:443")
	g := newGuard(nil)
	f.Fuzz(func(t *testing.T, network, address string) {
		if g.plain(network, address, nil) == nil {
			t.Errorf("plain %s %s let through", network, address)
		}
		g.secure(network, address, nil)
	})
}
