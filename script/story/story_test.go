// Package story_test tells stories of the real binary on loopback, one script each.
package story_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"allod/internal/db/dbtest"
	"allod/internal/freeport"
)

// drainMax is how long a home may take to stop, in all.
const drainMax = 10 * time.Second

// TestStories runs each script with the commands that Run of package
// testscript knows, and these:
//
//	serve NAME FLAGS…           start a home and wait until it answers; its output is in NAME.out and NAME.err
//	halt NAME                   stop it by SIGTERM, which must take less than ten seconds
//	get [-s STATUS] [-H HEADER] URL         ask for something; status, header and body are in stdout
//	post [-s STATUS] [-H HEADER] URL FORM   send a form; cookies are kept
//	open URL                    open a stream that stays open, once its first bytes came
//	hold ADDR                   begin a request and leave its body unfinished
//	certificate                 make cert.pem and key.pem for 127.0.0.1, which the commands above trust
//	postgres                    make a database and put its address into POSTGRES
func TestStories(t *testing.T) {
	binary := build(t)
	testscript.Run(t, testscript.Params{
		Dir: ".",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(binary)+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("HOME", env.WorkDir)
			for _, name := range []string{"A", "B", "M"} {
				address, err := freeport.On("127.0.0.1")
				if err != nil {
					return err
				}
				env.Setenv(name, address)
			}
			jar, err := cookiejar.New(nil)
			env.Values[place] = &scene{homes: map[string]*process{}, jar: jar}
			return err
		},
		Condition: func(name string) (bool, error) {
			if name != "postgres" {
				return false, fmt.Errorf("there is no condition %q", name)
			}
			return os.Getenv(dbtest.PostgresVar) != "", nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serve, "halt": halt, "get": get, "post": post, "open": open, "hold": hold, "certificate": certificate,
			"postgres": func(ts *testscript.TestScript, _ bool, _ []string) { ts.Setenv("POSTGRES", dbtest.PostgresURL(t)) },
		},
	})
}

// build makes the binary as it is released, but for its symbols.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "allod")
	c := exec.Command("go", "build", "-o", binary, "allod/cmd/allod")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

// A process is a home that was started.
type process struct {
	*exec.Cmd
	ended chan error
}

// A scene is what the commands of one script share.
type scene struct {
	homes map[string]*process
	jar   http.CookieJar
}

type key string

const place key = "scene"

func of(ts *testscript.TestScript) *scene { return ts.Value(place).(*scene) }

// client keeps cookies, follows no redirects and trusts the certificate that
// the script made.
func client(ts *testscript.TestScript) *http.Client {
	pool := x509.NewCertPool()
	if pem, err := os.ReadFile(ts.MkAbs("cert.pem")); err == nil {
		pool.AppendCertsFromPEM(pem)
	}
	return &http.Client{
		Jar: of(ts).jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// serve starts a home. With ! it must end by itself, with status 1 and a
// sentence, which the script looks for in NAME.err.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	name := args[0]
	out, err := os.Create(ts.MkAbs(name + ".out"))
	ts.Check(err)
	log, err := os.Create(ts.MkAbs(name + ".err"))
	ts.Check(err)
	path := filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "allod")
	p := &process{exec.Command(path, append([]string{"serve"}, args[1:]...)...), make(chan error, 1)}
	p.Dir, p.Stdout, p.Stderr = ts.MkAbs("."), out, log
	for _, v := range []string{"PATH", "HOME", "TMPDIR", "ALLOD_LISTEN", "ALLOD_NAME", "ALLOD_DATA", "ALLOD_ORIGIN", "ALLOD_METRICS"} {
		if ts.Getenv(v) != "" {
			p.Env = append(p.Env, v+"="+ts.Getenv(v))
		}
	}
	ts.Check(p.Start())
	go func() { p.ended <- p.Wait(); out.Close(); log.Close() }()
	ts.Defer(func() { _ = p.Process.Kill() })
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		select {
		case err := <-p.ended:
			if !neg || p.ProcessState.ExitCode() != 1 {
				ts.Fatalf("%s ended: %v: %s", name, err, ts.ReadFile(name+".err"))
			}
			return
		default:
		}
		if !neg && len(ts.ReadFile(name+".out")) > 0 {
			of(ts).homes[name] = p
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s: not within 30 s: %s", name, ts.ReadFile(name+".err"))
		}
	}
}

// halt stops a home.
func halt(ts *testscript.TestScript, _ bool, args []string) {
	p := of(ts).homes[args[0]]
	if p == nil {
		ts.Fatalf("there is no home %q", args[0])
	}
	began := time.Now()
	ts.Check(p.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-p.ended:
		if err != nil {
			ts.Fatalf("%v: %s", err, ts.ReadFile(args[0]+".err"))
		}
		ts.Logf("stopped in %v", time.Since(began))
	case <-time.After(drainMax):
		ts.Fatalf("still running after %v", drainMax)
	}
}

// ask reads the flags -s and -H, sends a request and shows the answer.
func ask(ts *testscript.TestScript, method string, args []string) {
	want, header := http.StatusOK, http.Header{}
	for len(args) > 2 && strings.HasPrefix(args[0], "-") {
		if args[0] == "-s" {
			var err error
			want, err = strconv.Atoi(args[1])
			ts.Check(err)
		} else {
			name, value, _ := strings.Cut(args[1], ": ")
			header.Set(name, value)
		}
		args = args[2:]
	}
	var body io.Reader
	if len(args) > 1 {
		body = strings.NewReader(args[1])
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r, err := http.NewRequest(method, args[0], body)
	ts.Check(err)
	r.Header = header
	if host := header.Get("Host"); host != "" {
		r.Host = host
	}
	resp, err := client(ts).Do(r)
	ts.Check(err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	ts.Check(err)
	out := ts.Stdout()
	fmt.Fprintln(out, resp.Status)
	ts.Check(resp.Header.Write(out))
	fmt.Fprintf(out, "\n%s\n", raw)
	if resp.StatusCode != want {
		ts.Fatalf("%s %s: %s, not %d: %.500s", method, args[0], resp.Status, want, raw)
	}
}

func get(ts *testscript.TestScript, _ bool, args []string)  { ask(ts, http.MethodGet, args) }
func post(ts *testscript.TestScript, _ bool, args []string) { ask(ts, http.MethodPost, args) }

// open opens a stream.
func open(ts *testscript.TestScript, _ bool, args []string) {
	r, err := http.NewRequest(http.MethodGet, args[0], nil)
	ts.Check(err)
	resp, err := client(ts).Do(r)
	ts.Check(err)
	ts.Defer(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s", args[0], resp.Status)
	}
	_, err = resp.Body.Read(make([]byte, 1))
	ts.Check(err)
}

// hold begins a request whose body does not come.
func hold(ts *testscript.TestScript, _ bool, args []string) {
	c, err := net.Dial("tcp", args[0])
	ts.Check(err)
	ts.Defer(func() { c.Close() })
	_, err = fmt.Fprintf(c, "POST /inbox HTTP/1.1\r\nHost: %s\r\nContent-Type: application/activity+json\r\nContent-Length: 100\r\n\r\n{", args[0])
	ts.Check(err)
	time.Sleep(100 * time.Millisecond) // the home has begun to read
}

// certificate makes a certificate that signs itself.
func certificate(ts *testscript.TestScript, _ bool, _ []string) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a home"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	public, err := x509.CreateCertificate(rand.Reader, about, about, private.Public(), private)
	ts.Check(err)
	sealed, err := x509.MarshalPKCS8PrivateKey(private)
	ts.Check(err)
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: public}, "key.pem": {Type: "PRIVATE KEY", Bytes: sealed}} {
		ts.Check(os.WriteFile(ts.MkAbs(name), pem.EncodeToMemory(block), 0o600))
	}
}
