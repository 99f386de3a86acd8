package server_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
)

type poll struct {
	Options  []string `json:"options"`
	Multiple bool     `json:"multiple"`
	Expires  int      `json:"expires_in"`
}

type line struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type common struct {
	Language *string `json:"language"`
}

// draft is what the Mastodon API sends, in every shape it has.
type draft struct {
	common
	Status    string                `json:"status"`
	MediaIDs  []id.ID               `json:"media_ids"`
	Sensitive *bool                 `json:"sensitive"`
	Poll      *poll                 `json:"poll"`
	Fields    []line                `json:"fields_attributes"`
	Data      map[string]bool       `json:"data"`
	Focus     float64               `json:"focus"`
	File      *multipart.FileHeader `form:"file"`
	Other     string                `form:"other_name" json:"unused"`
	Ignored   string                `json:"-"`
}

func request(kind, body string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

const encoded, asJSON = "application/x-www-form-urlencoded", "application/json; charset=utf-8"

func TestAllShapesMeanTheSame(t *testing.T) {
	yes, en := true, "en"
	want := draft{
		common: common{Language: &en}, Status: "hi & é", MediaIDs: []id.ID{7, 8}, Sensitive: &yes,
		Poll:   &poll{Options: []string{"a", "b"}, Expires: 60},
		Fields: []line{{"n", "v"}, {"n2", "v2"}}, Data: map[string]bool{"mention": true, "poll": false}, Focus: -0.5, Other: "o",
	}
	for name, r := range map[string]*http.Request{
		"form": request(encoded, "status=hi+%26+%C3%A9&media_ids[]=7&media_ids[]=8&sensitive=1&poll[options][]=a&poll[options][]=b&poll[expires_in]=60"+
			"&fields_attributes[0][name]=n&fields_attributes[0][value]=v&fields_attributes[1][name]=n2&fields_attributes[1][value]=v2"+
			"&data[mention]=true&data[poll]=false&focus=-0.5&language=en&other_name=o&unknown[x]=y"),
		"rails list": request(encoded, "status=hi+%26+%C3%A9&media_ids%5B%5D=7&media_ids%5B%5D=8&sensitive=on&poll[options][]=a&poll[options][]=b&poll[expires_in]=60"+
			"&fields_attributes[][name]=n&fields_attributes[][value]=v&fields_attributes[][name]=n2&fields_attributes[][value]=v2"+
			"&data[mention]=1&data[poll]=0&focus=-0.5&language=en&other_name=o"),
		"JSON": request(asJSON, `{"status":"hi & é","media_ids":["7","8"],"sensitive":true,"poll":{"options":["a","b"],"expires_in":60,"multiple":null},
			"fields_attributes":[{"name":"n","value":"v"},{"name":"n2","value":"v2"}],"data":{"mention":true,"poll":false},"focus":-0.5,
			"language":"en","other_name":"o","unknown":[{}],"Ignored":"x"}`),
		"loose JSON": request(asJSON, `{"status":"hi & é","media_ids":[7,8],"sensitive":"true","poll":{"options":["a","b"],"expires_in":"60"},
			"fields_attributes":{"1":{"name":"n2","value":"v2"},"0":{"name":"n","value":"v"}},"data":{"mention":"1","poll":"0"},"focus":"-0.5",
			"language":"en","other_name":"o"}`),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := server.Decode[draft](r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(draft{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBodyWinsOverAddress(t *testing.T) {
	r := httptest.NewRequest("POST", "/?status=address&language=en", strings.NewReader("status=body"))
	r.Header.Set("Content-Type", encoded)
	got, err := server.Decode[draft](r)
	if err != nil || got.Status != "body" || got.Language == nil {
		t.Errorf("%+v %v", got, err)
	}
	r = httptest.NewRequest("POST", "/?status=address", nil)
	if got, err := server.DecodeBody[draft](r); err != nil || got.Status != "" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestEmptyBodiesAreEmpty(t *testing.T) {
	for _, kind := range []string{"", encoded, asJSON} {
		got, err := server.Decode[draft](request(kind, ""))
		if err != nil || got.Status != "" {
			t.Errorf("%q: %v", kind, err)
		}
	}
}

func TestBadBodiesAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		kind, body string
		status     int
	}{
		"no type":        {"", "status=x", 415},
		"text":           {"text/plain", "{}", 415},
		"bad type":       {";;", "{}", 415},
		"XML":            {"application/xml", "<a/>", 415},
		"broken JSON":    {asJSON, `{"status":`, 400},
		"list":           {asJSON, `[]`, 400},
		"two":            {asJSON, `{}{}`, 400},
		"not UTF-8":      {asJSON, "{\"status\":\"\xff\"}", 400},
		"NUL":            {asJSON, `{"status":"a\u0000b"}`, 400},
		"deep NUL":       {asJSON, `{"poll":{"options":["\u0000"]}}`, 400},
		"deep":           {asJSON, `{"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, 400},
		"very deep":      {asJSON, `{"x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, 400},
		"form NUL":       {encoded, "status=%00", 400},
		"form bytes":     {encoded, "status=%ff", 400},
		"form escape":    {encoded, "status=%zz", 400},
		"form key":       {encoded, "a[b=c", 400},
		"deep key":       {encoded, "a[b][c][d][e][f][g]=1", 400},
		"long key":       {encoded, strings.Repeat("k", 300) + "=1", 400},
		"both":           {encoded, "poll=1&poll[options][]=a", 400},
		"many":           {encoded, strings.Repeat("a[]=1&", 1001), 400},
		"large form":     {encoded, "status=" + strings.Repeat("x", 1<<20), 413},
		"large JSON":     {asJSON, `{"status":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
		"boundary":       {"multipart/form-data", "x", 400},
		"multipart":      {"multipart/form-data; boundary=x", "nothing", 400},
		"object":         {asJSON, `{"status":{"a":1}}`, 422},
		"text for list":  {asJSON, `{"media_ids":["x"]}`, 422},
		"null in list":   {asJSON, `{"media_ids":[null]}`, 422},
		"big number":     {asJSON, `{"media_ids":["99999999999999999999"]}`, 422},
		"no truth":       {encoded, "sensitive=maybe", 422},
		"text for poll":  {asJSON, `{"poll":"x"}`, 422},
		"in the poll":    {asJSON, `{"poll":{"expires_in":"x"}}`, 422},
		"infinite":       {encoded, "focus=Inf", 422},
		"text for a map": {asJSON, `{"data":"x"}`, 422},
		"text as file":   {encoded, "file=x", 422},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := server.Decode[draft](request(c.kind, c.body))
			if server.Status(err) != c.status {
				t.Errorf("%d %v, want %d: %+v", server.Status(err), err, c.status, got)
			}
			if c.status == 422 && fault.Field(err) == "" {
				t.Error("no field is named")
			}
		})
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.URL.RawQuery = "status=%zz"
	if _, err := server.Decode[draft](r); server.Status(err) != 400 {
		t.Error(err)
	}
}

func form(t *testing.T, size int) (string, *bytes.Buffer) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	f, err := m.CreateFormFile("file", "a.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write(make([]byte, size))
	_ = m.WriteField("status", "described")
	_ = m.WriteField("media_ids[]", "9")
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), &b
}

func TestUploadsLieOnDiskUntilTheAnswer(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	files := func() int {
		all, err := os.ReadDir(os.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	log, _ := quiet()
	h := server.Door{Log: log, Face: keys}.Handler(func(w http.ResponseWriter, r *http.Request) error {
		r = r.WithContext(server.WithAccount(r.Context(), nil)) // as doors do
		in, err := server.DecodeUpload[draft](r, 12<<20)
		if err != nil {
			return err
		}
		if in.Status != "described" || len(in.MediaIDs) != 1 || in.File == nil || in.File.Filename != "a.png" || files() != 1 {
			t.Errorf("%+v, %d files", in, files())
		}
		f, err := in.File.Open()
		if err != nil {
			return err
		}
		defer f.Close()
		n, err := io.Copy(io.Discard, f)
		if n != 11<<20 {
			t.Errorf("%d bytes", n)
		}
		return err
	})
	for size, want := range map[int]int{11 << 20: 200, 13 << 20: 413} {
		kind, b := form(t, size)
		r := httptest.NewRequest("POST", "/", b)
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want || files() != 0 {
			t.Errorf("%d: %d %s, %d files left", size, w.Code, w.Body, files())
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encoded, "a[b][]=1&status=x&poll[options][]=1&fields_attributes[][name]=n")
	f.Add(asJSON, `{"status":1,"poll":{"options":"a"},"media_ids":{"0":1}}`)
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nhi\r\n--x--")
	f.Fuzz(func(t *testing.T, kind, body string) {
		got, err := server.Decode[draft](request(kind, body))
		if err != nil {
			if s := server.Status(err); s < 400 || s >= 500 {
				t.Fatalf("%d: %v", s, err)
			}
			return
		}
		if strings.Contains(got.Status, "\x00") {
			t.Fatal("NUL")
		}
	})
}
