package nextcloud

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"slices"
	"strconv"
	"time"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
)

const (
	directPath = "/remote.php/direct/"
	directFor  = 8 * time.Hour
)

// lend answers with an address at which a player that knows no password finds one file, for some hours.
func (d *door) lend(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.ParseInt(r.FormValue("fileId"), 10, 64)
	if err != nil {
		return server.Malformed("which file: %w", err)
	}
	n, _, err := d.Files.ByNumber(r.Context(), me(r).who.ID, number)
	if err != nil {
		return err
	}
	if n.Folder {
		return fault.New(fault.Invalid, "fault.file.folder")
	}
	t := ticket{me(r).who.ID, me(r).device.ID, n.Number, d.Now().Add(directFor)}
	return reply(w, r, map[string]string{"url": d.Origin + directPath + t.seal(d.Key)})
}

// A ticket opens one file of those that a person sees, until a moment, as long
// as the device that asked for it may come in.
type ticket struct {
	who, device id.ID
	number      int64
	until       time.Time
}

const ticketSize = 4 * 8 // bytes, without the proof that it was made here

// seal is a ticket as it stands in an address.
func (t ticket) seal(key []byte) string {
	b := make([]byte, 0, ticketSize)
	for _, n := range []int64{int64(t.who), int64(t.device), t.number, t.until.Unix()} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	m := hmac.New(sha256.New, key)
	m.Write(b)
	return base64.RawURLEncoding.EncodeToString(m.Sum(b))
}

// unseal reads what seal wrote; ok is false for anything else.
func unseal(sealed string, key []byte) (t ticket, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) != ticketSize+sha256.Size {
		return t, false
	}
	field := func(i int) int64 { return int64(binary.BigEndian.Uint64(raw[8*i:])) }
	t = ticket{id.ID(field(0)), id.ID(field(1)), field(2), time.Unix(field(3), 0)}
	return t, hmac.Equal([]byte(t.seal(key)), []byte(sealed))
}

// stands reports whether the device that asked for a ticket may still come in.
func (d *door) stands(ctx context.Context, t ticket) (bool, error) {
	all, err := d.Passwords.AppPasswords(ctx, t.who)
	return slices.ContainsFunc(all, func(p *auth.AppPassword) bool { return p.ID == t.device && p.LostAt.IsZero() }), err
}

// lent serves the file that a ticket opens.
func (d *door) lent(w http.ResponseWriter, r *http.Request) error {
	if err := d.Limits.Request(server.ClientAddr(r)); err != nil {
		return err
	}
	unknown := fault.New(fault.NotFound, "fault.file.unknown")
	t, ok := unseal(r.PathValue("ticket"), d.Key)
	if !ok || d.Now().After(t.until) {
		return unknown
	}
	if ok, err := d.stands(r.Context(), t); err != nil {
		return err
	} else if !ok {
		return unknown
	}
	n, _, err := d.Files.ByNumber(r.Context(), t.who, t.number)
	if err != nil {
		return err
	}
	if n.Folder {
		return unknown
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return d.serve(w, r, n)
}
