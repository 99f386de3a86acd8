package remote_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/media/derive"
)

// A painter stands for the process that decodes pictures, which is tested
// with its package: a picture is whatever begins with the word.
type painter struct{}

func (painter) Picture(_ context.Context, src io.Reader, _ []derive.Size) (*derive.Picture, error) {
	b, err := io.ReadAll(src)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(string(b), "PICTURE") {
		return nil, fault.New(fault.Unsupported, "fault.media.kind")
	}
	return &derive.Picture{Variants: []derive.Variant{{Name: media.Large, Mime: "image/webp", Data: b}}}, nil
}

func TestPictureIsFetchedOnceAndByItsContent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const postID = 7
		p := newPeer(t)
		serve := func(path, contentType, body string) string {
			p.handle(path, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", contentType)
				io.WriteString(w, body)
			})
			return p.URL + path
		}
		var all []media.Medium
		add := func(kind, url string) { all = append(all, media.Medium{Kind: kind, RemoteURL: url}) }
		add(media.Image, serve("/good.png", "image/png", "PICTURE"))
		add(media.Image, serve("/script.png", "image/png", "<script>"))
		add(media.Image, serve("/page", "text/html", "PICTURE"))
		add(media.Image, p.status("/gone.png", http.StatusGone))
		add(media.Video, serve("/video.mp4", "video/mp4", "PICTURE"))
		add(media.Image, origin+"/media/secret")
		add(media.Image, "http://169.254.169.254/latest")
		add(media.Image, "https://user@good.example/a.png")
		h := homeOn(t, d)
		author := h.resident("ida").ID
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return media.AddRemote(ctx, tx, h.ids, author, postID, h.now(), all)
		})
		if err != nil {
			t.Fatal(err)
		}
		medium := h.mediaOf(postID)

		var looking sync.WaitGroup
		for range 8 {
			looking.Go(func() {
				mime, r, err := h.Media(t.Context(), medium[0].ID)
				wantPicture(t, mime, r, err)
			})
		}
		looking.Wait()
		if n := p.asked("/good.png"); n != 1 {
			t.Errorf("fetched %d times", n)
		}
		for n, kind := range []fault.Kind{0, fault.Unsupported, fault.Unsupported, fault.Gone, fault.Unsupported, fault.NotFound, fault.Denied, fault.Invalid} {
			for range 2 {
				if _, _, err := h.Media(t.Context(), medium[n].ID); n > 0 {
					wantKind(t, err, kind)
				}
			}
		}
		if n := p.asked("/script.png"); n != 1 {
			t.Errorf("what is no picture was fetched %d times", n)
		}
		_, _, err = h.Media(t.Context(), 12345)
		wantKind(t, err, fault.NotFound)
	})
}

func wantPicture(t *testing.T, mime string, r io.ReadSeekCloser, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Close()
	if b, _ := io.ReadAll(r); string(b) != "PICTURE" || mime != "image/webp" {
		t.Errorf("got %q, %s", b, mime)
	}
}

// mediaOf are the media of a post in order.
func (h *home) mediaOf(what id.ID) (out []*media.Medium) {
	h.t.Helper()
	err := h.db.View(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		by, err := media.OfPosts(ctx, tx, []id.ID{what})
		out = by[what]
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func TestPortraitIsOneThatSomebodyHas(t *testing.T) {
	p, h := newPeer(t), newHome(t)
	p.handle("/me.png", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		io.WriteString(w, "PICTURE")
	})
	icon := doc{"type": "Image", "url": p.URL + "/me.png"}
	bob, err := h.Actor(t.Context(), p.person("bob", doc{"icon": icon, "image": icon}), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		mime, r, err := h.Portrait(t.Context(), bob.ID, bob.Avatar)
		wantPicture(t, mime, r, err)
	}
	if n := p.asked("/me.png"); n != 1 {
		t.Errorf("fetched %d times", n)
	}
	for _, url := range []string{"", p.URL + "/other.png", "http://169.254.169.254/latest"} {
		_, _, err := h.Portrait(t.Context(), bob.ID, url)
		wantKind(t, err, fault.NotFound)
	}
	_, _, err = h.Portrait(t.Context(), h.resident("ana").ID, bob.Avatar)
	wantKind(t, err, fault.NotFound)
}
