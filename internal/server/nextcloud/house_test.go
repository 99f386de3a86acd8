package nextcloud

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"allod/internal/account"
	"allod/internal/album"
	"allod/internal/auth"
	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/locale"
	"allod/internal/media"
	"allod/internal/photo"
	"allod/web"
)

// A house is the door with the files behind it, and one device that is let in.
type house struct {
	http.Handler
	db    *db.DB
	files *file.Service
	ida   *account.Account
	bo    *account.Account

	revoked bool // what the devices come in by
}

// CheckAppPassword lets one device in.
func (h *house) CheckAppPassword(_ context.Context, login, secret string, _ auth.Caller) (*account.Account, *auth.AppPassword, error) {
	for _, who := range []*account.Account{h.ida, h.bo} {
		if login == who.Name && secret == "secret" {
			return who, &auth.AppPassword{ID: deviceID, AccountID: who.ID}, nil
		}
	}
	return nil, nil, fault.New(fault.Unauthenticated, "fault.device.wrong")
}

// deviceID is that of the one device of each.
const deviceID = 77

// AppPasswords are that of this device, until it is revoked.
func (h *house) AppPasswords(_ context.Context, who id.ID) ([]*auth.AppPassword, error) {
	if h.revoked {
		return nil, nil
	}
	return []*auth.AppPassword{{ID: deviceID, AccountID: who}}, nil
}

// Card is one of the people here.
func (h *house) Card(_ context.Context, who id.ID) (*account.Account, error) {
	return h.find(func(a *account.Account) bool { return a.ID == who })
}

// ByName is the same.
func (h *house) ByName(_ context.Context, name string) (*account.Account, error) {
	return h.find(func(a *account.Account) bool { return a.Name == name })
}

// Open is the one picture of somebody.
func (h *house) Open(_ context.Context, key string) (*media.File, io.ReadSeekCloser, error) {
	if key != "face" {
		return nil, nil, fault.New(fault.NotFound, "")
	}
	return &media.File{Key: key, Mime: "image/jpeg"}, struct {
		io.ReadSeeker
		io.Closer
	}{strings.NewReader("a face"), io.NopCloser(nil)}, nil
}

// Residents are all of them.
func (h *house) Residents(context.Context, id.ID, int) ([]*account.Account, error) {
	return []*account.Account{h.ida, h.bo}, nil
}

func (h *house) find(is func(a *account.Account) bool) (*account.Account, error) {
	for _, who := range []*account.Account{h.ida, h.bo} {
		if is(who) {
			return who, nil
		}
	}
	return nil, fault.New(fault.NotFound, "")
}

func newHouse(t testing.TB) *house {
	t.Helper()
	catalogues, err := web.Catalogues()
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := locale.Load(catalogues)
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	h := &house{db: dbtest.SQLite(t), ida: &account.Account{ID: 1 << 30, Name: "ida", Local: true}, bo: &account.Account{ID: 2 << 30, Name: "bo", DisplayName: "Bo & Co", Local: true}}
	h.files = file.New(h.db, blobs, id.NewSource(time.Now), time.Now)
	photos := photo.New(photo.Config{DB: h.db, Blobs: blobs, Now: time.Now, Zone: time.UTC, Log: slog.New(slog.DiscardHandler)})
	albums := album.New(album.Config{DB: h.db, IDs: id.NewSource(time.Now), Now: time.Now})
	h.files.Changed.Then(albums.FileChanged, photos.Changed)
	mux := http.NewServeMux()
	vault, err := account.OpenVault(filepath.Join(t.TempDir(), "key"), true)
	if err != nil {
		t.Fatal(err)
	}
	seals := auth.New(h.db, account.New(h.db, id.NewSource(time.Now), time.Now, vault), id.NewSource(time.Now), time.Now, auth.Options{Memory: 64, Passes: 1})
	Routes(mux, Config{Log: slog.New(slog.DiscardHandler), Now: time.Now, Languages: bundle, Files: h.files, Photos: photos, Portraits: h, Albums: albums, Passwords: h, People: h, Passes: auth.NewPasses([]byte("passes")), Seals: seals, Origin: "http://marrow.example", Name: "Marrow", Instance: "x", Key: []byte("key")})
	h.Handler = mux
	return h
}

// ask has the device of the first ask something, with headers in pairs.
func (h *house) ask(method, path, body string, header ...string) *httptest.ResponseRecorder {
	return h.askAs(h.ida, method, path, body, header...)
}

// askAs has somebody's device ask something.
func (h *house) askAs(who *account.Account, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.SetBasicAuth(who.Name, "secret")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
