package site

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/server"
)

// The parts of a profile that are pictures.
const (
	partMedium = "medium" // of a post, in what is signed
	partAvatar = "avatar"
	partHeader = "header"
)

// Proxy is the address at which this home serves a picture of another
// server's post. It is signed, so that nobody can make this home fetch
// anything but what it has stored.
func (s *Site) Proxy(m *media.Medium) string { return s.Names.Origin + s.proxyPath(m) }

// ProxyPortrait is the address at which this home serves a picture of an
// account of another server: its avatar or header, as stored.
func (s *Site) ProxyPortrait(a *account.Account, url string) string {
	part := partAvatar
	if url != a.Avatar {
		part = partHeader
	}
	return s.Names.Origin + s.portraitPath(part, a, url)
}

func (s *Site) proxyPath(m *media.Medium) string {
	return proxyPath + m.ID.String() + "/" + s.mac(partMedium, m.ID, m.RemoteURL)
}

func (s *Site) portraitPath(part string, a *account.Account, url string) string {
	return proxyPath + part + "/" + a.ID.String() + "/" + s.mac(part, a.ID, url)
}

// mac ties a part of something to the address that was stored for it, so
// that a new picture has a new address.
func (s *Site) mac(part string, what id.ID, url string) string {
	h := hmac.New(sha256.New, s.ProxyKey)
	_, _ = io.WriteString(h, part+"\x00"+what.String()+"\x00"+url)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

// proxyMedium hands out a picture of another server's post.
func (s *Site) proxyMedium(w http.ResponseWriter, r *http.Request) error {
	what, err := server.PathID(r, "medium")
	if err != nil {
		return err
	}
	m, err := s.Media.Get(r.Context(), what)
	if err != nil {
		return err
	}
	if m.Ours() || !s.signed(r, partMedium, m.ID, m.RemoteURL) {
		return nothingHere()
	}
	mime, body, err := s.Remote.Media(r.Context(), m.ID)
	return passOn(w, r, mime, body, err)
}

// proxyPortrait hands out an avatar or header of another server's account.
func (s *Site) proxyPortrait(w http.ResponseWriter, r *http.Request) error {
	who, err := server.PathID(r, "account")
	if err != nil {
		return err
	}
	a, err := s.Accounts.Get(r.Context(), who)
	if err != nil {
		return err
	}
	part, url := r.PathValue("part"), ""
	switch part {
	case partAvatar:
		url = a.Avatar
	case partHeader:
		url = a.Header
	}
	if a.Local || url == "" || !s.signed(r, part, a.ID, url) {
		return nothingHere()
	}
	mime, body, err := s.Remote.Portrait(r.Context(), a.ID, url)
	return passOn(w, r, mime, body, err)
}

// signed reports whether an address was made here.
func (s *Site) signed(r *http.Request, part string, what id.ID, url string) bool {
	return hmac.Equal([]byte(r.PathValue("mac")), []byte(s.mac(part, what, url)))
}

// passOn sends what another server gave, if it is a picture.
func passOn(w http.ResponseWriter, r *http.Request, mime string, body io.ReadSeekCloser, err error) error {
	if err != nil {
		if fault.Is(err, fault.Denied, fault.Invalid) {
			return fault.Wrap(err, fault.NotFound, "") // what is wrong with it is the other server's matter
		}
		return err
	}
	defer body.Close()
	if err := isPicture(mime, body); err != nil {
		return err
	}
	return serve(w, r, mime, `"`+r.PathValue("mac")+`"`, body)
}
