package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/fetch"
)

// resolver is the way to a name server that answers from addresses.
func resolver(t *testing.T, addresses map[string][4]byte) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Additionals = true, nil
			ip, ok := addresses[q.Name.String()]
			if !ok {
				m.RCode = dnsmessage.RCodeNameError
			} else if q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
					Body:   &dnsmessage.AResource{A: ip},
				}}
			}
			if packed, err := m.Pack(); err == nil {
				conn.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", conn.LocalAddr().String())
	}}
}

func TestNamesAreJudgedByWhereTheyLead(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host) })
	port := url[strings.LastIndexByte(url, ':'):]
	names := fetch.Config{Resolver: resolver(t, map[string][4]byte{
		"inside.example.": {127, 0, 0, 1}, "cloud.example.": {169, 254, 169, 254}, "office.example.": {10, 1, 2, 3},
	})}
	for _, host := range []string{"inside.example", "INSIDE.example.", "cloud.example", "office.example"} {
		_, err := start(t, names).Do(t.Context(), fetch.Request{URL: "https://" + host + "/"})
		wantKind(t, err, fault.Denied)
		_, err = start(t, names, "127.0.0.9/32").Do(t.Context(), fetch.Request{URL: "http://" + host + port})
		wantKind(t, err, fault.Denied)
	}
	_, err := start(t, names, "0.0.0.0/0").Do(t.Context(), fetch.Request{URL: "http://cloud.example" + port})
	wantKind(t, err, fault.Denied)
	_, err = start(t, names).Do(t.Context(), fetch.Request{URL: "https://unknown.example/"})
	wantKind(t, err, fault.Unavailable)

	resp, err := start(t, names, "127.0.0.0/8").Do(t.Context(), fetch.Request{URL: "http://Inside.example." + port})
	if err != nil || string(resp.Body) != "inside.example"+port {
		t.Errorf("%v, %v", resp, err)
	}
}

func TestThousandHostsAtOnce(t *testing.T) {
	listener, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusAccepted) })}
	go srv.Serve(listener)
	t.Cleanup(func() { srv.Close() })
	port := listener.Addr().(*net.TCPAddr).Port
	c := client(t, "127.0.0.0/8")
	work := make(chan int)
	var wait sync.WaitGroup
	for range 32 {
		wait.Go(func() {
			for i := range work {
				url := fmt.Sprintf("http://127.0.%d.%d:%d/inbox", 1+i/250, 1+i%250, port)
				resp, err := c.Do(t.Context(), fetch.Request{Method: "POST", URL: url, Body: []byte("{}"), StatusOnly: true})
				if err != nil || resp.Status != http.StatusAccepted {
					t.Errorf("%v, %v", resp, err)
				}
			}
		})
	}
	for i := range 1000 {
		work <- i
	}
	close(work)
	wait.Wait()
}

func TestNoFetchInsideATransaction(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the request arrived") })
	c := client(t, "127.0.0.0/8")
	d := dbtest.SQLite(t)
	for name, run := range map[string]func(context.Context, func(context.Context, *db.Tx) error) error{"view": d.View, "update": d.Update} {
		err := run(t.Context(), func(ctx context.Context, _ *db.Tx) error {
			_, err := c.Do(ctx, fetch.Request{URL: url})
			return err
		})
		if fault.Of(err) != fault.Internal || !strings.Contains(fmt.Sprint(err), "inside a transaction") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHostLeadsToWhoeverAsks(t *testing.T) {
	c := fetch.New(fetch.Config{})
	for _, at := range []struct {
		host, to string
		leads    bool
	}{
		{"192.0.2.7", "192.0.2.7", true},
		{"192.0.2.7", "::ffff:192.0.2.7", true},
		{"192.0.2.7", "192.0.2.8", false},
		{"2001:db8::1", "2001:db8::abcd:1", true}, // another machine's address, or the same one's of today
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"2001:db8::1", "192.0.2.7", false},
	} {
		leads, err := c.LeadsTo(t.Context(), at.host, netip.MustParseAddr(at.to))
		if err != nil || leads != at.leads {
			t.Errorf("%s to %s: %v %v", at.host, at.to, leads, err)
		}
	}
}
