package nextcloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strconv"
	"time"

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
	return reply(w, r, map[string]string{"url": d.Origin + directPath + d.ticket(n.OwnerID, n.Number, d.Now().Add(directFor))})
}

// ticket is what opens one file of a person until a moment: what it opens, and a proof that it was made here.
func (d *door) ticket(owner id.ID, number int64, until time.Time) string {
	var b [24]byte
	binary.BigEndian.PutUint64(b[:], uint64(owner))
	binary.BigEndian.PutUint64(b[8:], uint64(number))
	binary.BigEndian.PutUint64(b[16:], uint64(until.Unix()))
	m := hmac.New(sha256.New, d.Key)
	m.Write(b[:])
	return base64.RawURLEncoding.EncodeToString(m.Sum(b[:]))
}

// lent serves the file that a ticket opens.
func (d *door) lent(w http.ResponseWriter, r *http.Request) error {
	if err := d.Limits.Request(server.ClientAddr(r)); err != nil {
		return err
	}
	unknown := fault.New(fault.NotFound, "fault.file.unknown")
	raw, err := base64.RawURLEncoding.DecodeString(r.PathValue("ticket"))
	if err != nil || len(raw) != 24+sha256.Size {
		return unknown
	}
	owner, number := id.ID(binary.BigEndian.Uint64(raw)), int64(binary.BigEndian.Uint64(raw[8:]))
	until := time.Unix(int64(binary.BigEndian.Uint64(raw[16:])), 0)
	if !hmac.Equal([]byte(d.ticket(owner, number, until)), []byte(r.PathValue("ticket"))) || d.Now().After(until) {
		return unknown
	}
	n, _, err := d.Files.ByNumber(r.Context(), owner, number)
	if err != nil {
		return err
	}
	if n.Folder {
		return unknown
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return d.serve(w, r, n)
}
