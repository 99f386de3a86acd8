package nextcloud

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
	"allod/internal/photo"
	"allod/web"
)

// A house is the door with the files behind it, and one device that is let in.
type house struct {
	http.Handler
	db    *db.DB
	files *file.Service
	ida   *account.Account
}

// CheckAppPassword lets one device in.
func (h *house) CheckAppPassword(_ context.Context, login, secret string, _ auth.Caller) (*account.Account, *auth.AppPassword, error) {
	if login != "ida" || secret != "secret" {
		return nil, nil, fault.New(fault.Unauthenticated, "fault.device.wrong")
	}
	return h.ida, &auth.AppPassword{AccountID: h.ida.ID}, nil
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
	h := &house{db: dbtest.SQLite(t), ida: &account.Account{ID: 1 << 30, Name: "ida", Local: true}}
	h.files = file.New(h.db, blobs, id.NewSource(time.Now), time.Now)
	photos := photo.New(photo.Config{DB: h.db, Blobs: blobs, Now: time.Now, Zone: time.UTC, Log: slog.New(slog.DiscardHandler)})
	albums := album.New(album.Config{DB: h.db, IDs: id.NewSource(time.Now), Now: time.Now})
	h.files.Changed.Then(albums.FileChanged, photos.Changed)
	mux := http.NewServeMux()
	Routes(mux, Config{Log: slog.New(slog.DiscardHandler), Now: time.Now, Languages: bundle, Files: h.files, Photos: photos, Albums: albums, Passwords: h, Origin: "http://marrow.example", Name: "Marrow", Instance: "x", Key: []byte("key")})
	h.Handler = mux
	return h
}

// ask has the device ask something, with headers in pairs.
func (h *house) ask(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.SetBasicAuth("ida", "secret")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
