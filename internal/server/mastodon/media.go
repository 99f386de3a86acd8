package mastodon

import (
	"context"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/server"
)

// formRoom is what a form may hold beside its pictures, in bytes.
const formRoom = 1 << 20

// uploadMedia takes in a picture. It is ready when this answers, so both
// versions of the method do the same.
func (d *door) uploadMedia(w http.ResponseWriter, r *http.Request) error {
	in, err := server.DecodeUpload[struct {
		File        *multipart.FileHeader `json:"file"`
		Description string                `json:"description"`
		Focus       string                `json:"focus"`
	}](r, media.PictureMax+formRoom)
	if err != nil {
		return err
	}
	if in.File == nil {
		return wrong("file")
	}
	focus, err := focusOf(in.Focus)
	if err != nil {
		return err
	}
	m, err := d.upload(r.Context(), viewer(r), in.File, in.Description, focus)
	if err != nil {
		return err
	}
	return d.answer(w, d.Render.Medium(m))
}

func (d *door) upload(ctx context.Context, who id.ID, file *multipart.FileHeader, alt string, focus [2]float64) (*media.Medium, error) {
	f, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return d.Media.Upload(ctx, who, f, alt, focus[0], focus[1])
}

// focusOf reads "x,y", each from -1 to 1; "" is the middle.
func focusOf(text string) (at [2]float64, err error) {
	if text == "" {
		return at, nil
	}
	parts := strings.Split(text, ",")
	if len(parts) != len(at) {
		return at, wrong("focus")
	}
	for i, part := range parts {
		at[i], err = strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(at[i] >= -1 && at[i] <= 1) {
			return at, wrong("focus")
		}
	}
	return at, nil
}

// medium is the caller's one of the path.
func (d *door) medium(r *http.Request) (*media.Medium, error) {
	i, err := server.PathID(r, "id")
	if err != nil {
		return nil, err
	}
	all, err := d.Media.Mine(r.Context(), viewer(r), i)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func (d *door) getMedia(w http.ResponseWriter, r *http.Request) error {
	m, err := d.medium(r)
	if err != nil {
		return err
	}
	return d.answer(w, d.Render.Medium(m))
}

// updateMedia changes what is said of a picture until it is posted, after
// which those who received it could no longer tell.
func (d *door) updateMedia(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Description *string `json:"description"`
		Focus       *string `json:"focus"`
	}](r)
	if err != nil {
		return err
	}
	m, err := d.medium(r)
	if err != nil {
		return err
	}
	var focus *[2]float64
	if in.Focus != nil {
		at, err := focusOf(*in.Focus)
		if err != nil {
			return err
		}
		focus = &at
	}
	m, err = d.Media.Describe(r.Context(), viewer(r), m.ID, in.Description, focus)
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(err, fault.NotFound, "fault.media.posted") // among what can still be described there is none
	} else if err != nil {
		return err
	}
	return d.answer(w, d.Render.Medium(m))
}
