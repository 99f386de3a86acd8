package derive

import (
	"errors"
	"fmt"
	"slices"

	"github.com/bbrks/go-blurhash"
)

// check looks at an answer by what was asked.
func (r *result) check(j job) error {
	if j.Format == movie {
		if r.Film == nil || r.Picture != nil {
			return errors.New("no film")
		}
		r.Film.tidy()
		return nil
	}
	if r.Picture == nil || r.Film != nil {
		return errors.New("no picture")
	}
	return check(r.Picture, j)
}

// check looks at what a worker says of a picture as at any stranger's input:
// a worker that a picture has taken over can send what it likes.
func check(p *Picture, j job) error {
	if !slices.Contains([]string{"jpeg", "png", "gif", "webp", "heic", "avif"}, p.Format) {
		return fmt.Errorf("format %.20q", p.Format)
	}
	if !within(p.Width, p.Height, j.Limits.Side, j.Limits.Side) {
		return fmt.Errorf("size %d×%d", p.Width, p.Height)
	}
	if (p.Facts != nil) != j.Facts {
		return errors.New("facts that were not asked for, or none")
	}
	if p.Facts != nil {
		p.Facts.tidy()
	}
	if _, _, err := blurhash.Components(p.Blurhash); err != nil {
		return err
	}
	asked := j.Sizes
	if p.Format == "gif" && p.Animated {
		asked = append(slices.Clone(asked), Size{Name: Animation})
	}
	if len(p.Variants) != len(asked) {
		return fmt.Errorf("%d variants of %d", len(p.Variants), len(asked))
	}
	for i, v := range p.Variants {
		if err := v.check(asked[i], p); err != nil {
			return fmt.Errorf("variant %q: %w", asked[i].Name, err)
		}
	}
	return nil
}

func (v Variant) check(asked Size, p *Picture) error {
	mimes := map[string]string{"image/jpeg": jpegMagic, "image/png": pngMagic, "image/gif": gifMagic}
	magic, known := mimes[v.Mime]
	switch {
	case v.Name != asked.Name:
		return fmt.Errorf("name %.20q", v.Name)
	case !known || (v.Mime == "image/gif") != (v.Name == Animation):
		return fmt.Errorf("type %.20q", v.Mime)
	case len(v.Data) < len(magic) || string(v.Data[:len(magic)]) != magic:
		return fmt.Errorf("not %s by content", v.Mime)
	case !within(v.Width, v.Height, orDefault(asked.MaxWidth, p.Width), orDefault(asked.MaxHeight, p.Height)):
		return fmt.Errorf("size %d×%d", v.Width, v.Height)
	}
	return nil
}

func within(w, h, maxW, maxH int) bool {
	return w > 0 && h > 0 && w <= maxW && h <= maxH
}
