package site

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
)

// pieceMax is the most that one request of the script that sends files carries.
// A file up to it comes in one.
const pieceMax = 8 << 20

// sending is what the script that sends files says beside their bytes.
type sending struct {
	name     string // a path below the folder
	size     int64
	from     int64 // where these bytes begin
	modified time.Time
	clash    string
	upload   string // the script's own name for a file that comes in pieces
}

func readSending(q url.Values) (in sending, err error) {
	for name, into := range map[string]*int64{"size": &in.size, "from": &in.from} {
		n, err := strconv.ParseInt(q.Get(name), 10, 64)
		if err != nil || n < 0 {
			return in, fault.New(fault.Invalid, "fault.request.field", "field", name).In(name)
		}
		*into = n
	}
	if ms, err := strconv.ParseInt(q.Get("modified"), 10, 64); err == nil && ms > 0 && ms < 1<<47 {
		in.modified = time.UnixMilli(ms)
	}
	in.name, in.clash, in.upload = strings.TrimLeft(q.Get("name"), "/"), q.Get("clash"), q.Get("upload")
	return in, nil
}

// sender is for the script that sends files: without a session it says so
// instead of leading to the door, and it may ask as often as a device that syncs.
// What is refused is read to the end of its piece: whoever is answered while
// they send may find the connection reset, and never learn why.
func (s *Site) sender(h handler) http.Handler {
	return s.openBy(s.bytes, func(w http.ResponseWriter, r *http.Request, v *reader) error {
		if v.me == nil {
			return fault.New(fault.Unauthenticated, "")
		}
		if err := v.stands.MayAct(); err != nil {
			return err
		}
		if err := s.Limits.Keeper(v.me.ID); err != nil {
			return err
		}
		err := h(w, r, v)
		if err != nil {
			_, _ = io.CopyN(io.Discard, r.Body, pieceMax) // what breaks off here is refused as it is
		}
		return err
	})
}

// send takes a file, or a piece of one, into a folder: 204, or 409 where
// something of its name stands and nobody said what becomes of it.
func (s *Site) send(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	in, err := readSending(r.URL.Query())
	if err != nil {
		return err
	}
	to := path.Join(at, in.name)
	if _, err := file.Split(at + "/" + in.name); err != nil {
		return err
	}
	if in.from == 0 && in.clash == "" {
		if _, err := s.Files.At(r.Context(), v.me.ID, to); !fault.Is(err, fault.NotFound) {
			if err == nil {
				err = fault.New(fault.Conflict, "fault.file.exists")
			}
			return err
		}
	}
	write := s.writeOf(in.clash)
	write.Size, write.ModifiedAt = in.size, in.modified
	if in.size <= pieceMax {
		_, _, err = s.Files.Put(r.Context(), v.me.ID, to, r.Body, write)
	} else {
		err = s.sendPiece(r, v, to, in, write)
	}
	if err != nil && !errors.Is(err, errSkip) {
		return sendFault(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// sendFault is what went wrong; a line that broke is the sender's.
func sendFault(err error) error {
	if fault.Of(err) == fault.Internal {
		return server.BodyError(err)
	}
	return err
}

// sendPiece takes a piece of a file, and with the last one the file is there.
func (s *Site) sendPiece(r *http.Request, v *reader, to string, in sending, write file.Write) error {
	ctx := r.Context()
	if r.ContentLength < 1 || r.ContentLength > pieceMax || in.from+r.ContentLength > in.size {
		return fault.New(fault.Invalid, "fault.request.field", "field", "from").In("from")
	}
	if in.from == 0 {
		if _, err := s.Files.BeginUpload(ctx, v.me.ID, in.upload, in.size); err != nil && !errors.Is(err, file.ErrExists) {
			return err
		}
	}
	if _, err := s.Files.PutPiece(ctx, v.me.ID, in.upload, fmt.Sprintf("%016d", in.from), r.Body, r.ContentLength); err != nil {
		return err
	}
	if in.from+r.ContentLength < in.size {
		return nil
	}
	_, _, err := s.Files.FinishUpload(ctx, v.me.ID, in.upload, to, write)
	if errors.Is(err, errSkip) {
		return errors.Join(errSkip, s.Files.AbortUpload(ctx, v.me.ID, in.upload))
	}
	return err
}

// sent tells how much of a file that comes in pieces has come; without
// Upload-Offset where none of it has.
func (s *Site) sent(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, all, err := s.Files.Upload(r.Context(), v.me.ID, r.URL.Query().Get("upload"))
	w.Header().Set("Cache-Control", "no-store")
	if fault.Is(err, fault.NotFound) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if err != nil {
		return err
	}
	came := int64(0)
	for _, p := range all {
		if p.Name != fmt.Sprintf("%016d", came) {
			break
		}
		came += p.Size
	}
	w.Header().Set("Upload-Offset", strconv.FormatInt(came, 10))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// unsend forgets a file that was coming in pieces.
func (s *Site) unsend(w http.ResponseWriter, r *http.Request, v *reader) error {
	err := s.Files.AbortUpload(r.Context(), v.me.ID, r.URL.Query().Get("upload"))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
