package emoji_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/emoji"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/media/derive"
)

// A drawer takes any bytes for a picture.
type drawer struct{}

func (drawer) Picture(_ context.Context, src io.Reader, want []derive.Size) (*derive.Picture, error) {
	if _, err := io.ReadAll(src); err != nil {
		return nil, err
	}
	p := &derive.Picture{Format: "png", Width: 1, Height: 1}
	for _, s := range want {
		p.Variants = append(p.Variants, derive.Variant{Name: s.Name, Mime: "image/png", Width: 1, Height: 1, Data: []byte(s.Name)})
	}
	return p, nil
}

func TestEmojiIsAddedFoundInTextAndTakenOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		blobs, err := blob.NewDisk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		ids := id.NewSource(time.Now)
		pictures := media.New(d, blobs, drawer{}, ids, time.Now)
		s := emoji.New(d, ids, time.Now, pictures)
		wave, err := s.Add(t.Context(), 1, ":wave:", " People  here ", strings.NewReader("x"))
		if err != nil || wave.Shortcode != "wave" || wave.Category != "People here" {
			t.Fatalf("%+v %v", wave, err)
		}
		if _, err := s.Add(t.Context(), 1, "tea", "", strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			code, category, picture string
			kind                    fault.Kind
			field                   string
		}{
			"taken":         {"wave", "", "x", fault.Conflict, "shortcode"},
			"short":         {"w", "", "x", fault.Invalid, "shortcode"},
			"marked up":     {`a"><b`, "", "x", fault.Invalid, "shortcode"},
			"long category": {"ok", strings.Repeat("x", 51), "x", fault.Invalid, "category"},
			"large":         {"ok", "", strings.Repeat("x", emoji.PictureMax+1), fault.TooLarge, "picture"},
		} {
			if _, err := s.Add(t.Context(), 1, c.code, c.category, strings.NewReader(c.picture)); !fault.Is(err, c.kind) || fault.Field(err) != c.field {
				t.Errorf("%s: %v", what, err)
			}
		}
		got, err := s.In(t.Context(), "Good :tea::wave: or :tea: :none: 12:30:45")
		if err != nil || len(got) != 2 || got[0].Shortcode != "tea" || got[1].Shortcode != "wave" {
			t.Errorf("%v %v", got, err)
		}
		if err := s.Remove(t.Context(), wave.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Remove(t.Context(), wave.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("twice: %v", err)
		}
		if got, err := s.In(t.Context(), ":wave:"); err != nil || len(got) != 0 {
			t.Errorf("%v %v", got, err)
		}
	})
}
