package proxy

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"allod/script/journey/program"
)

// A proxy is one that the guide has settings for, by its heading there.
type proxy struct {
	name string
	run  func(t testing.TB, at, settings string)
	// port is how the settings say at which port they listen.
	port, here string
}

var proxies = []proxy{
	{"Caddy", program.Caddy, "example.org {", "https://HOST {\n\ttls CERT KEY"},
	{"nginx", program.Nginx, "listen 443 ssl;", "listen AT ssl;"},
	{"Apache", program.Apache, "<VirtualHost *:443>", "<VirtualHost *>"},
}

// settings is what the guide says under a heading: the block of code that follows it.
func settings(t *testing.T, guide, heading string) string {
	t.Helper()
	_, after, ok := strings.Cut(guide, "**"+heading+"**")
	if !ok {
		t.Fatalf("the guide says nothing of %s", heading)
	}
	var block strings.Builder
	for line := range strings.Lines(after[strings.Index(after, "\n")+1:]) {
		code, indented := strings.CutPrefix(line, "    ")
		if !indented && strings.TrimSpace(line) != "" {
			break
		}
		block.WriteString(code)
		if !indented {
			block.WriteString("\n")
		}
	}
	return block.String()
}

// visitor comes from an address of loopback that is no proxy's, and trusts the authority.
func visitor(t *testing.T, trusted *program.Authority) *http.Transport {
	t.Helper()
	root, err := os.ReadFile(trusted.Root)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(root)
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 7, 7, 7)}}
	return &http.Transport{DialContext: from.DialContext, TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
}

// browser says where its forms come from, as browsers do.
type browser struct{ http.RoundTripper }

func (b browser) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost {
		r = r.Clone(r.Context())
		r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return b.RoundTripper.RoundTrip(r)
}

// TestProxiesOfTheGuide has three homes behind three proxies, each set up as the guide says.
func TestProxiesOfTheGuide(t *testing.T) {
	if os.Getenv("ALLOD_PROXY") == "" {
		t.Skip("runs by script/journey/proxy/run")
	}
	text, err := os.ReadFile("../../../docs/guides/behind-a-proxy.md")
	if err != nil {
		t.Fatal(err)
	}
	binary, trusted := program.Build(t), program.NewAuthority(t)
	cert, key := trusted.Certify(t, "localhost", time.Now().Add(-time.Hour), time.Now().AddDate(0, 1, 0))
	var people []*program.Person
	for i, p := range proxies {
		h, at := program.New(t, binary), program.FreeAddress(t)
		host := "localhost" + at[strings.LastIndex(at, ":"):]
		h.Origin, h.Flags, h.Env = "https://"+host, []string{"--trusted-proxy", "127.0.0.1"}, []string{trusted.Env()}
		block := settings(t, string(text), p.name)
		for _, must := range []string{p.port, "127.0.0.1:8420"} {
			if !strings.Contains(block, must) {
				t.Fatalf("the guide's %s has no %q: %s", p.name, must, block)
			}
		}
		block = strings.NewReplacer(p.port, p.here, "127.0.0.1:8420", h.Listen, "server_name example.org", "server_name localhost", "ServerName example.org", "ServerName localhost",
			"/etc/letsencrypt/live/example.org/fullchain.pem", cert, "/etc/letsencrypt/live/example.org/privkey.pem", key).Replace(block)
		block = strings.NewReplacer("HOST", host, "AT", at, "CERT", cert, "KEY", key).Replace(block)
		p.run(t, at, block)
		h.Up()
		name := []string{"ida", "wren", "noor"}[i]
		h.Add(name)
		people = append(people, h.SignIn(name, browser{visitor(t, trusted)}))
	}
	for i, p := range proxies {
		me, next := people[i], people[(i+1)%len(people)]
		t.Run(p.name, func(t *testing.T) { stays(t, p.name, me, next) })
	}
}

// stays uses a home behind a proxy.
func stays(t *testing.T, name string, me, next *program.Person) {
	me.Home.T = t
	if out, ok := me.Home.Run("doctor"); !ok || strings.Contains(out, "proxy") {
		t.Errorf("the doctor is not content: %s", out)
	}
	if page := me.Page("/access"); !strings.Contains(page, "127.7.7") {
		t.Errorf("the visitor's own network is not known: %s", page[strings.Index(page, "<main"):])
	}
	found, _ := program.Read(t)(me.Get(me.Home.Origin + "/.well-known/webfinger?resource=acct:" + me.Name + "@" + strings.TrimPrefix(me.Home.Origin, "https://")))
	if !strings.Contains(found, me.Home.Origin+"/.well-known/apgateway/did:key:") {
		t.Errorf("WebFinger: %s", found)
	}

	// A stream stays open and tells at once; who lives behind another proxy follows and is heard.
	ctx, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, me.Home.Origin+"/events/home", nil)
	if err != nil {
		t.Fatal(err)
	}
	news, err := (&http.Client{Jar: me.Jar, Transport: me.Transport}).Do(r)
	if err != nil || news.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", news, err)
	}
	defer news.Body.Close()
	lines := bufio.NewScanner(news.Body)
	if !lines.Scan() || lines.Text() != ": open" {
		t.Fatalf("the stream begins with %q: %v", lines.Text(), lines.Err())
	}
	me.Follow(next.Name + "@" + strings.TrimPrefix(next.Home.Origin, "https://"))
	program.Await(t, "the follow is granted", func() bool { return strings.Contains(next.Page("/people/followers"), me.Name+"@") })
	said := "a large picture for who is behind " + name
	say(t, next, said, noise(t))
	for lines.Scan() && lines.Text() != "event: post" {
	}
	if lines.Text() != "event: post" {
		t.Fatalf("nothing is told on the stream: %v", lines.Err())
	}
	if page := me.Page("/"); !strings.Contains(page, said) {
		t.Errorf("it is not in the stream of %s", me.Name)
	}
}

// noise is a picture that no compression makes small: 6 MB.
func noise(t *testing.T) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 1600, 1200))
	for i := range m.Pix {
		m.Pix[i] = byte(rand.Uint32()) | byte(i&3/3*255)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var onceKey = regexp.MustCompile(`/compose\?key=([^"&]+)|name="key" value="([^"]+)"`)

// say posts for everyone, with a picture.
func say(t *testing.T, p *program.Person, text string, picture []byte) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("text", text)
	_ = form.WriteField("visibility", "public")
	part, err := form.CreateFormFile("picture-1", "noise.png")
	if err == nil {
		_, err = part.Write(picture)
	}
	if err != nil || form.Close() != nil {
		t.Fatal(err)
	}
	key := strings.Join(onceKey.FindStringSubmatch(p.Page("/compose"))[1:], "")
	resp, err := p.Post(p.Home.Origin+"/compose?key="+key, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if page, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK || strings.Contains(resp.Request.URL.Path, "compose") {
		t.Fatalf("%s: %s %v %.2000s", resp.Request.URL, resp.Status, err, page)
	}
}
