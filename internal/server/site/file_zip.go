package site

import (
	"archive/zip"
	"compress/flate"
	"context"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/web"
)

// zipMax is how many files and folders one ZIP file may hold.
const zipMax = 50_000

// zipFolder sends a folder of the reader's, with all it holds, as one file.
func (s *Site) zipFolder(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	name := n.Name
	if at == "" {
		name = v.words.T("files.title")
	}
	return s.sendZip(w, r, v, name, []picked{{n, at}})
}

// fetchChosen sends chosen things: one file as it is, more as one ZIP file.
func (s *Site) fetchChosen(w http.ResponseWriter, r *http.Request, v *reader, all []picked) error {
	if len(all) == 1 && !all[0].Folder {
		return seeOther(w, nodePath(all[0].Node, "/fetch"))
	}
	name := all[0].Name
	if len(all) > 1 {
		name = v.words.T("files.title")
	}
	return s.sendZip(w, r, v, name, all)
}

// sendZip streams nodes of the reader's and what they hold. All names are found first, so
// that what is too much is refused before the first byte.
func (s *Site) sendZip(w http.ResponseWriter, r *http.Request, v *reader, name string, all []picked) error {
	var entries []file.Placed
	for _, one := range all {
		below, err := s.Files.Below(r.Context(), v.me.ID, one.Number, zipMax-len(entries))
		if err != nil {
			return err
		}
		entries = append(entries, below...)
	}
	return s.streamZip(w, r, name, entries, s.asIs)
}

// An opener opens what a file is sent as, and says how that is called and what it is.
type opener func(ctx context.Context, n *file.Node) (io.ReadSeekCloser, *file.Node, error)

func (s *Site) asIs(ctx context.Context, n *file.Node) (io.ReadSeekCloser, *file.Node, error) {
	body, err := s.Files.Open(ctx, n)
	return body, n, err
}

// streamZip sends nodes as one ZIP file of a name. What cannot be opened as it
// is to be sent is left out.
func (s *Site) streamZip(w http.ResponseWriter, r *http.Request, name string, entries []file.Placed, open opener) error {
	h := w.Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Content-Type", "application/zip")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", "attachment")
	if named := mime.FormatMediaType("attachment", map[string]string{"filename": name + ".zip"}); named != "" {
		h.Set("Content-Disposition", named)
	}
	if r.Method == http.MethodHead {
		return nil
	}
	return s.writeZip(r.Context(), w, entries, open)
}

func (s *Site) writeZip(ctx context.Context, w io.Writer, entries []file.Placed, open opener) error {
	z := zip.NewWriter(w)
	level := flate.BestSpeed
	z.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, level) })
	taken := map[string]bool{}
	for _, e := range entries {
		if level = flate.NoCompression; squeezes(e.Node) {
			level = flate.BestSpeed
		}
		if err := zipInto(ctx, z, taken, e, open); err != nil {
			return err
		}
	}
	return z.Close()
}

func zipInto(ctx context.Context, z *zip.Writer, taken map[string]bool, e file.Placed, open opener) error {
	if e.Folder {
		_, err := z.CreateHeader(&zip.FileHeader{Name: zipName(taken, e), Modified: e.ModifiedAt, Method: zip.Deflate})
		return err
	}
	body, as, err := open(ctx, e.Node)
	if fault.Is(err, fault.Unsupported) {
		return nil
	}
	if err != nil {
		return fault.Wrap(err, fault.Internal, "")
	}
	defer body.Close()
	e.Path = strings.TrimSuffix(e.Path, e.Name) + as.Name
	out, err := z.CreateHeader(&zip.FileHeader{Name: zipName(taken, e), Modified: e.ModifiedAt, Method: zip.Deflate})
	if err == nil {
		_, err = io.Copy(out, body)
	}
	return err
}

// squeezes reports whether what a file holds becomes smaller by packing it.
func squeezes(n *file.Node) bool {
	switch fileKind(n) {
	case web.FileWords, web.FileMarkdown, web.FileOther:
		return !strings.Contains(n.Mime, "zip") && n.Mime != "application/vnd.rar"
	}
	return false
}

// zipName is the name of an entry that no other has, with / at the end of a folder's.
func zipName(taken map[string]bool, e file.Placed) string {
	name, ending := e.Path, ""
	if e.Folder {
		ending = "/"
	}
	for i := 2; taken[file.Fold(name)+ending]; i++ {
		ext := path.Ext(e.Path)
		name = strings.TrimSuffix(e.Path, ext) + " (" + strconv.Itoa(i) + ")" + ext
	}
	taken[file.Fold(name)+ending] = true
	return name + ending
}
