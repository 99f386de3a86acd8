package mastodon

import (
	"context"
	"mime/multipart"
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/server"
)

// verifyCredentials tells the caller's own account. Requests to follow are counted up to accountsMax.
func (d *door) verifyCredentials(w http.ResponseWriter, r *http.Request) error {
	me, err := d.me(r)
	if err != nil {
		return err
	}
	prefs, err := d.Accounts.Preference(r.Context(), me.ID)
	if err != nil {
		return err
	}
	waiting, err := d.Ties.Requests(r.Context(), me.ID, id.Page{Limit: accountsMax})
	if err != nil {
		return err
	}
	return d.answer(w, d.Render.Credentials(me, prefs, len(waiting)))
}

// A profileForm is what update_credentials takes. What is absent stays as it is.
type profileForm struct {
	DisplayName  *string               `json:"display_name"`
	Note         *string               `json:"note"`
	Locked       *bool                 `json:"locked"`
	Bot          *bool                 `json:"bot"`
	Discoverable *bool                 `json:"discoverable"`
	Indexable    *bool                 `json:"indexable"`
	Fields       *[]fieldForm          `json:"fields_attributes"`
	Avatar       *multipart.FileHeader `json:"avatar"`
	Header       *multipart.FileHeader `json:"header"`
	Source       sourceForm            `json:"source"`
}

type fieldForm struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type sourceForm struct {
	Privacy  *string `json:"privacy"`
	Language *string `json:"language"`
}

// profile is the change that a form asks for, without its pictures.
func (f *profileForm) profile() account.Profile {
	p := account.Profile{
		DisplayName: f.DisplayName, Bio: f.Note, Locked: f.Locked, Bot: f.Bot, Discoverable: f.Discoverable, Indexable: f.Indexable,
	}
	if f.Fields != nil {
		rows := []account.Field{}
		for _, row := range *f.Fields {
			if name, value := strings.TrimSpace(row.Name), strings.TrimSpace(row.Value); name != "" || value != "" {
				rows = append(rows, account.Field{Name: name, Value: value})
			}
		}
		p.Fields = &rows
	}
	return p
}

func (d *door) updateCredentials(w http.ResponseWriter, r *http.Request) error {
	in, err := server.DecodeUpload[profileForm](r, 2*media.PictureMax+formRoom)
	if err != nil {
		return err
	}
	who := viewer(r)
	prefs, err := d.changed(r.Context(), who, in.Source)
	if err != nil {
		return err
	}
	p := in.profile()
	if p.Avatar, err = d.portrait(r.Context(), who, in.Avatar, media.Small); err != nil {
		return err
	}
	if p.Header, err = d.portrait(r.Context(), who, in.Header, media.Large); err != nil {
		return err
	}
	if p != (account.Profile{}) {
		if _, err := d.Accounts.Edit(r.Context(), who, p); err != nil {
			return err
		}
	}
	if prefs != nil {
		if err := d.Accounts.SetPreference(r.Context(), who, *prefs); err != nil {
			return err
		}
	}
	return d.verifyCredentials(w, r)
}

// changed are the caller's preferences as the form wants them, nil where it wants no change.
func (d *door) changed(ctx context.Context, who id.ID, f sourceForm) (*account.Preference, error) {
	if f.Privacy == nil && f.Language == nil {
		return nil, nil
	}
	prefs, err := d.Accounts.Preference(ctx, who)
	if err != nil {
		return nil, err
	}
	if f.Privacy != nil {
		v, ok := levelOf(*f.Privacy)
		if !ok {
			return nil, fault.New(fault.Invalid, "fault.post.visibility").In("source[privacy]")
		}
		prefs.Visibility = string(v)
	}
	if f.Language != nil {
		if prefs.PostLanguage, err = languageOf(*f.Language); err != nil {
			return nil, err
		}
	}
	return prefs, nil
}

// portrait takes in an avatar or header and returns the key of its file in a size, nil where none was sent.
func (d *door) portrait(ctx context.Context, who id.ID, f *multipart.FileHeader, size string) (*string, error) {
	if f == nil {
		return nil, nil
	}
	m, err := d.upload(ctx, who, f, "", [2]float64{})
	if err != nil {
		return nil, err
	}
	file := m.Variant(size)
	if file == nil {
		file = m.Variant(media.Large)
	}
	if file == nil {
		return nil, fault.New(fault.Unsupported, "fault.media.kind").Because("no rendition of medium %d", m.ID)
	}
	return &file.Key, nil
}
