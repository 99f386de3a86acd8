package doctor

import (
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"allod/script/journey/program"
)

// A ward has what the broken homes share: one home that is well, its neighbor, and the program.
type ward struct {
	*testing.T
	binary   string
	well     *program.Home
	neighbor *program.Home
	trusted  *program.Authority
}

// A patient is a home, broken in one way, and what its doctor must say of it.
type patient struct {
	is   string // how it is broken
	says string // part of the one sentence
	set  func(w *ward) *program.Home
}

var patients = []patient{
	{"the name does not resolve", "The internet does not know the name nowhere.invalid", func(w *ward) *program.Home {
		return w.seenAs("https://nowhere.invalid")
	}},
	{"the name leads to another home", "leads to another machine or program than this home", func(w *ward) *program.Home {
		return w.seenAs(strings.Replace(w.neighbor.Origin, "127.0.0.1", "localhost", 1))
	}},
	{"nothing listens at the port", "nothing listens there at port", func(w *ward) *program.Home {
		return w.seenAs("http://" + program.FreeAddress(w))
	}},
	{"https is promised, http is spoken", "nothing speaks https", func(w *ward) *program.Home {
		return w.seenAs(strings.Replace(w.well.Origin, "http:", "https:", 1))
	}},
	{"the certificate has run out", "has run out", func(w *ward) *program.Home {
		return w.encrypted(w.trusted, "127.0.0.1", -time.Hour)
	}},
	{"the certificate is for another name", "is for another name", func(w *ward) *program.Home {
		return w.encrypted(w.trusted, "other.example", 30*24*time.Hour)
	}},
	{"the certificate is signed by nobody known", "is signed by nobody who is known", func(w *ward) *program.Home {
		return w.encrypted(program.NewAuthority(w), "127.0.0.1", 30*24*time.Hour)
	}},
	{"nginx does not pass on the name that was asked for", "does not tell it which name was asked for", func(w *ward) *program.Home {
		return w.behind("proxy_pass http://HOME;", "", "127.0.0.1")
	}},
	{"nginx is not trusted", "the home is not told to believe it", func(w *ward) *program.Home {
		return w.behind(passes, "", "192.0.2.1")
	}},
	{"nginx keeps files with a dot to itself", "hides addresses with a dot", func(w *ward) *program.Home {
		return w.behind(passes, `location ~ /\. { deny all; }`, "127.0.0.1")
	}},
	{"nginx answers WebFinger for another program", "leads to somebody else’s page", func(w *ward) *program.Home {
		return w.behind(passes, `location = /.well-known/webfinger { default_type application/jrd+json; return 200 '{"subject":"acct:x@y","links":[]}'; }`, "127.0.0.1")
	}},
	{"nginx gives everybody the page from its cache", "a proxy or cache before the home mixes up the two", func(w *ward) *program.Home {
		return w.behind(passes, `location ^~ /.well-known/apgateway/ { `+passes+` proxy_hide_header Content-Type; add_header Content-Type text/html; }`, "127.0.0.1")
	}},
	{"nginx lets nobody send", "does not arrive", func(w *ward) *program.Home {
		return w.behind(passes+" limit_except GET { deny all; }", "", "127.0.0.1")
	}},
	{"the mail server does not answer", "does not answer", func(w *ward) *program.Home {
		return w.mailing(program.FreeAddress(w))
	}},
	{"the mail server does not take the password", "does not take the name and password of ida", func(w *ward) *program.Home {
		return w.mailing(post(w, "535 5.7.8 no", "250 ok"))
	}},
	{"the mail server does not send for this address", "does not send for home@mail.example", func(w *ward) *program.Home {
		return w.mailing(post(w, "235 ok", "550 not your address"))
	}},
	{"the disk is full", "is full", func(w *ward) *program.Home { return w.onDisk("size=60m") }},
	{"the disk can only be read", "can be read but not written to", func(w *ward) *program.Home { return w.onDisk("ro") }},
	{"the folder is not there", "is not there", func(w *ward) *program.Home {
		h := w.seenAs(w.well.Origin)
		h.Data = filepath.Join(w.TempDir(), "none")
		return h
	}},
	{"the database is gone", "The database allod.db is missing", func(w *ward) *program.Home {
		h := w.copied()
		_ = os.Remove(filepath.Join(h.Data, "allod.db"))
		return h
	}},
	{"the database is damaged", "The database is damaged", func(w *ward) *program.Home {
		h := w.copied()
		file := filepath.Join(h.Data, "allod.db")
		raw, err := os.ReadFile(file)
		if err != nil {
			w.Fatal(err)
		}
		clear(raw[len(raw)/4 : len(raw)/2])
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			w.Fatal(err)
		}
		return h
	}},
	{"another program holds the database", "Another program holds the database", func(w *ward) *program.Home {
		h := w.copied()
		d, err := sql.Open("sqlite", "file:"+filepath.Join(h.Data, "allod.db")+"?_pragma=locking_mode(EXCLUSIVE)")
		if err == nil {
			w.Cleanup(func() { d.Close() })
			d.SetMaxOpenConns(1)
			_, err = d.Exec("BEGIN EXCLUSIVE; CREATE TABLE held (x INTEGER);")
		}
		if err != nil {
			w.Fatal(err)
		}
		return h
	}},
	{"PostgreSQL does not run", "The database does not open", func(w *ward) *program.Home {
		h := w.copied()
		_ = os.Remove(filepath.Join(h.Data, "allod.db"))
		h.DBase = "postgres://nobody@" + program.FreeAddress(w) + "/allod"
		return h
	}},
	{"the home’s key is gone", "The home’s key is missing", func(w *ward) *program.Home {
		h := w.copied()
		_ = os.Remove(filepath.Join(h.Data, "home.key"))
		return h
	}},
	{"the clock is an hour ahead", "about 60 minutes ahead of others", func(w *ward) *program.Home { return w.met(-time.Hour) }},
	{"the clock is an hour behind", "about 60 minutes behind others", func(w *ward) *program.Home { return w.met(time.Hour) }},
	{"a neighbor asked to look from outside finds the way shut", "looked from outside and could not reach", func(w *ward) *program.Home {
		return w.shutOff()
	}},
	{"the neighbor asked to look does not answer", "which was to look from outside, does not answer", func(w *ward) *program.Home {
		h := w.seenAs(w.well.Origin)
		h.Flags = []string{"--outside", "http://" + program.FreeAddress(w)}
		return h
	}},
}

// passes is how a proxy passes everything on.
const passes = "proxy_pass http://HOME; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"

// TestDoctorNamesWhatIsBroken prints the table of what is broken and the sentence that says so.
func TestDoctorNamesWhatIsBroken(t *testing.T) {
	if os.Getenv("ALLOD_DOCTOR") == "" {
		t.Skip("runs by script/journey/doctor/run")
	}
	w := &ward{T: t, binary: program.Build(t), trusted: program.NewAuthority(t)}
	w.well, w.neighbor = program.New(t, w.binary), program.New(t, w.binary)
	for name, h := range map[string]*program.Home{"ida": w.well, "wren": w.neighbor} {
		h.Up()
		h.Settle(name)
	}
	w.well.Flags = []string{"--outside", w.neighbor.Origin}
	out, ok := w.well.Run("doctor")
	if !ok || !strings.Contains(out, "It was seen from outside too") {
		t.Fatalf("a home that is well, seen by its neighbor: %s", out)
	}
	w.well.Flags = nil
	for _, p := range patients {
		t.Run(p.is, func(t *testing.T) {
			w := *w
			w.T = t
			out, _ := p.set(&w).Run("doctor")
			var bad []string
			for line := range strings.Lines(out) {
				if text, ok := strings.CutPrefix(strings.TrimSpace(line), "✗"); ok {
					bad = append(bad, strings.TrimSpace(text))
				}
				if strings.Contains(p.says, "believe") && strings.Contains(line, p.says) { // it works all the same
					bad = append(bad, strings.TrimSpace(line))
				}
			}
			if len(bad) != 1 || !strings.Contains(bad[0], p.says) {
				t.Fatalf("is named %q: %s", bad, out)
			}
			fmt.Printf("%-58s %s\n", p.is, bad[0])
		})
	}
}

// seenAs is the home that is well, told another origin.
func (w *ward) seenAs(origin string) *program.Home {
	h := *w.well
	h.T, h.Origin = w, origin
	return &h
}

// copied is a copy of the folder of a home that does not serve and is no one's public home.
func (w *ward) copied() *program.Home {
	w.Helper()
	h := program.New(w, w.binary)
	out, ok := w.well.Run("backup", filepath.Join(w.TempDir(), "copy"))
	if !ok {
		w.Fatal(out)
	}
	dir := strings.TrimSuffix(out[strings.LastIndex(out, ", ")+2:], ".\n")
	if out, ok := h.Run("restore", dir); !ok {
		w.Fatal(out)
	}
	return h
}

// encrypted is a home that shows a certificate by an authority for a host, good for a while yet.
func (w *ward) encrypted(by *program.Authority, host string, good time.Duration) *program.Home {
	h := program.New(w, w.binary)
	cert, key := by.Certify(w, host, time.Now().Add(-48*time.Hour), time.Now().Add(good))
	h.Origin = "https://" + h.Listen
	h.Flags = []string{"--tls-cert", cert, "--tls-key", key, "--http", ""}
	h.Env = []string{w.trusted.Env()}
	h.Up()
	return h
}

// behind is a home of its own behind nginx, which passes to it so and does
// something else too, while the home believes the proxy at an address.
func (w *ward) behind(root, more, trusted string) *program.Home {
	h := program.New(w, w.binary)
	at := program.FreeAddress(w)
	servers := "server { listen " + at + "; location / { " + root + " } " + more + " }"
	program.Nginx(w, at, strings.ReplaceAll(servers, "HOME", h.Listen))
	h.Origin, h.Flags = "http://"+at, []string{"--trusted-proxy", trusted}
	h.Up()
	h.Add("ida")
	return h
}

// mailing is the home that is well, told of a mail server.
func (w *ward) mailing(server string) *program.Home {
	h := w.seenAs(w.well.Origin)
	secret := filepath.Join(w.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret\n"), 0o600); err != nil {
		w.Fatal(err)
	}
	h.Flags = []string{"--mail-server", server, "--mail-tls", "none", "--mail-user", "ida", "--mail-password-file", secret, "--mail-from", "home@mail.example"}
	return h
}

// post is a mail server that answers a password and a sender so.
func post(w *ward, password, sender string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go converse(c, map[string]string{"EHLO": "250-mail\r\n250 AUTH PLAIN", "AUTH": password, "MAIL": sender})
		}
	}()
	return l.Addr().String()
}

// converse answers each line by its first word.
func converse(c net.Conn, answers map[string]string) {
	defer c.Close()
	_, _ = io.WriteString(c, "220 mail\r\n")
	buffer := make([]byte, 1024)
	for {
		n, err := c.Read(buffer)
		if err != nil {
			return
		}
		word, _, _ := strings.Cut(strings.TrimSpace(string(buffer[:n])), " ")
		answer := answers[strings.ToUpper(word)]
		if answer == "" {
			answer = "250 ok"
		}
		_, _ = io.WriteString(c, answer+"\r\n")
	}
}

// onDisk is a home whose folder lies on a disk of its own, mounted so at last.
func (w *ward) onDisk(options string) *program.Home {
	if os.Getuid() != 0 {
		w.Skip("only root may mount a disk")
	}
	h := w.copied()
	disk := w.TempDir()
	first := "size=200m"
	if strings.HasPrefix(options, "size=") {
		first = options
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", first, "disk", disk).CombinedOutput(); err != nil {
		w.Skipf("a disk cannot be mounted here: %s", out)
	}
	w.Cleanup(func() { _ = exec.Command("umount", "-l", disk).Run() })
	if err := os.CopyFS(filepath.Join(disk, "home"), os.DirFS(h.Data)); err != nil {
		w.Fatal(err)
	}
	h.Data = filepath.Join(disk, "home")
	if options != "ro" {
		h.Up()
		fill(w, filepath.Join(disk, "everything else"))
		return h
	}
	if out, err := exec.Command("mount", "-o", "remount,ro", disk).CombinedOutput(); err != nil {
		w.Fatalf("%v: %s", err, out)
	}
	return h
}

// fill writes a file until its disk takes no more.
func fill(w *ward, name string) {
	f, err := os.Create(name)
	if err != nil {
		w.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 64<<10); err == nil; {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		w.Fatal(err)
	}
}

// met is a home that has sent something to a neighbor whose clock is off by so much.
func (w *ward) met(off time.Duration) *program.Home {
	far := program.New(w, w.binary)
	cert, key := w.trusted.Certify(w, "127.0.0.1", time.Now().Add(-time.Hour), time.Now().AddDate(0, 1, 0))
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		w.Fatal(err)
	}
	front := httptest.NewUnstartedServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", far.Listen, r.In.Host
		},
		ModifyResponse: func(r *http.Response) error {
			r.Header.Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
			return nil
		},
	})
	front.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	front.StartTLS()
	w.Cleanup(front.Close)
	far.Origin, far.Env = front.URL, []string{w.trusted.Env()}
	far.Up()
	far.Add("wren")
	h := program.New(w, w.binary)
	h.Env = []string{w.trusted.Env()}
	h.Up()
	ida := h.Settle("ida")
	ida.Follow("wren@" + strings.TrimPrefix(front.URL, "https://"))
	program.Await(w, "the neighbor is heard, so that its clock can be asked", func() bool {
		out, _ := h.Run("doctor")
		return strings.Contains(out, "clock is about")
	})
	return h
}

// shutOff is a home that its neighbor cannot reach, though it reaches itself.
func (w *ward) shutOff() *program.Home {
	h := program.New(w, w.binary)
	at := program.FreeAddress(w)
	h.Origin, h.Flags = "http://"+at, []string{"--trusted-proxy", "127.0.0.1", "--outside", w.neighbor.Origin}
	// The way is shut to all who say whom they are, other than the home itself.
	program.Nginx(w, at, strings.NewReplacer("HOME", h.Listen).Replace(
		`server { listen `+at+`; location / { `+passes+` if ($http_user_agent ~ "`+w.neighbor.Listen+`") { return 503; } } }`))
	h.Up()
	return h
}
