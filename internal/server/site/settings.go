package site

import (
	"mime/multipart"
	"net/http"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/media"
	"allod/internal/server"
	"allod/web"
)

// settings is what one may change about one's home.
func (s *Site) settings(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.settingsPage(w, r, v, http.StatusOK, s.profileForm(v), s.passwordForm(v))
}

func (s *Site) settingsPage(w http.ResponseWriter, r *http.Request, v *reader, status int, profile web.ProfileForm, password web.PasswordForm) error {
	view := web.SettingsView{Profile: profile, Password: password, More: accessPath}
	var err error
	if view.Access, err = s.signedIn(r, v); err != nil {
		return err
	}
	p, err := s.settingsRoom(r, v, settingsPath)
	if err != nil {
		return err
	}
	if view.Limits, err = s.limitsOn(r.Context(), v); err != nil {
		return err
	}
	return s.draw(w, r, status, web.Settings(p, view))
}

// profileForm is how the reader appears now.
func (s *Site) profileForm(v *reader) web.ProfileForm {
	f := web.ProfileForm{
		Action: settingsPath + "/profile", Name: web.Field{Value: v.me.DisplayName}, Bio: web.Field{Value: v.me.Bio},
		Avatar: web.Field{Value: s.avatar(v.me)}, Hue: v.me.Hue, Language: v.words.Tag(), Visibility: web.Level(v.chosen.Visibility), Approve: v.me.Locked, Listed: v.chosen.Listed,
	}
	f.Rights = s.rightsField(account.Reserved, v.chosen.Rights, false)
	f.Zone, f.Zones = v.chosen.Zone, s.zones(v)
	for _, l := range s.Bundle.Locales() {
		f.Languages = append(f.Languages, web.Option{Value: l.Tag(), Label: l.Name()})
	}
	for _, fact := range v.me.Fields {
		f.Facts = append(f.Facts, web.FactField{Name: fact.Name, Value: web.Field{Value: fact.Value}})
	}
	for len(f.Facts) < account.FieldsMax && len(f.Facts) < len(v.me.Fields)+2 {
		f.Facts = append(f.Facts, web.FactField{})
	}
	return f
}

func (s *Site) passwordForm(v *reader) web.PasswordForm {
	return web.PasswordForm{Action: settingsPath + "/password", Username: v.me.Name}
}

// appearance is the form of a profile, as web.ProfileForm tells it. What a
// form does not send stays as it is.
type appearance struct {
	Name       string                `form:"name"`
	Bio        string                `form:"bio"`
	Avatar     *multipart.FileHeader `form:"avatar"`
	NoAvatar   bool                  `form:"no_avatar"`
	Hue        *int                  `form:"hue"`
	Language   *string               `form:"language"`
	Zone       *string               `form:"zone"`
	Visibility string                `form:"visibility"`
	Rights     *string               `form:"rights"`
	OwnRights  string                `form:"own_rights"`
	Approve    bool                  `form:"approve"`
	Listed     bool                  `form:"listed"`

	FactName1  string `form:"fact-name-1"`
	FactName2  string `form:"fact-name-2"`
	FactName3  string `form:"fact-name-3"`
	FactName4  string `form:"fact-name-4"`
	FactName5  string `form:"fact-name-5"`
	FactName6  string `form:"fact-name-6"`
	FactName7  string `form:"fact-name-7"`
	FactName8  string `form:"fact-name-8"`
	FactValue1 string `form:"fact-value-1"`
	FactValue2 string `form:"fact-value-2"`
	FactValue3 string `form:"fact-value-3"`
	FactValue4 string `form:"fact-value-4"`
	FactValue5 string `form:"fact-value-5"`
	FactValue6 string `form:"fact-value-6"`
	FactValue7 string `form:"fact-value-7"`
	FactValue8 string `form:"fact-value-8"`
}

// facts are the lines that say something.
func (a *appearance) facts() []account.Field {
	var out []account.Field
	for _, f := range []account.Field{
		{Name: a.FactName1, Value: a.FactValue1}, {Name: a.FactName2, Value: a.FactValue2},
		{Name: a.FactName3, Value: a.FactValue3}, {Name: a.FactName4, Value: a.FactValue4},
		{Name: a.FactName5, Value: a.FactValue5}, {Name: a.FactName6, Value: a.FactValue6},
		{Name: a.FactName7, Value: a.FactValue7}, {Name: a.FactName8, Value: a.FactValue8},
	} {
		f.Name, f.Value = strings.TrimSpace(f.Name), strings.TrimSpace(f.Value)
		if f.Name != "" || f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// appearanceMax is the largest form of a profile, in bytes.
const appearanceMax = media.PictureMax + 1<<20

// saveProfile changes how the reader appears and what they begin with.
func (s *Site) saveProfile(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeUpload[appearance](r, appearanceMax)
	if err != nil {
		return err
	}
	if err = s.change(r, v, in); err == nil {
		return seeOther(w, with(settingsPath, "saved"))
	}
	if !fault.Is(err, fault.Invalid, fault.TooLarge, fault.Unsupported, fault.Timeout, fault.Unavailable, fault.TooMany) {
		return err
	}
	return s.settingsPage(w, r, v, http.StatusUnprocessableEntity, s.typed(v, in, err), s.passwordForm(v))
}

func (s *Site) change(r *http.Request, v *reader, in appearance) error {
	chosen := v.chosen
	if in.Visibility != "" {
		visibility, err := level(in.Visibility)
		if err != nil {
			return err
		}
		chosen.Visibility = visibility
	}
	if in.Rights != nil {
		rights, err := usualRights(*in.Rights, in.OwnRights)
		if err != nil {
			return err
		}
		chosen.Rights = rights
	}
	if in.Language != nil {
		chosen.Language = s.Bundle.Match("", *in.Language).Tag()
	}
	if in.Zone != nil {
		if !isZone(*in.Zone) {
			return fault.New(fault.Invalid, "fault.request.field", "field", "zone").In("zone")
		}
		chosen.Zone = *in.Zone
	}
	chosen.Listed = in.Listed
	facts := in.facts()
	p := account.Profile{DisplayName: &in.Name, Bio: &in.Bio, Fields: &facts, Hue: in.Hue, Locked: &in.Approve}
	var err error
	if p.Avatar, err = s.portrait(r, v, in); err != nil {
		return err
	}
	if _, err := s.Accounts.Edit(r.Context(), v.me.ID, p); err != nil {
		return err
	}
	s.pages.forget(v.me.ID)
	if chosen == v.chosen {
		return nil
	}
	defer s.choices.forget(v.me.ID)
	s.pages.forget(theHouse)
	return s.Accounts.SetPreference(r.Context(), v.me.ID, chosen)
}

// portrait is the key of the avatar that a form brings, "" to take it away,
// nil to leave it.
func (s *Site) portrait(r *http.Request, v *reader, in appearance) (*string, error) {
	if in.Avatar == nil || in.Avatar.Size == 0 {
		if in.NoAvatar {
			return new(string), nil
		}
		return nil, nil
	}
	f, err := in.Avatar.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := s.Media.Upload(r.Context(), v.me.ID, f, "", 0, 0)
	if err != nil {
		key, args := fault.Message(err)
		return nil, fault.New(fault.Of(err), key, args...).In("avatar").Because("%w", err)
	}
	for _, size := range []string{media.Small, media.Large} {
		if file := m.Variant(size); file != nil {
			return &file.Key, nil
		}
	}
	return nil, fault.New(fault.Unsupported, "fault.media.kind").In("avatar")
}

// typed is the form with what was typed into it, and what is wrong.
func (s *Site) typed(v *reader, in appearance, wrong error) web.ProfileForm {
	f := s.profileForm(v)
	f.Name.Value, f.Bio.Value, f.Approve, f.Listed, f.Facts = in.Name, in.Bio, in.Approve, in.Listed, nil
	for _, fact := range in.facts() {
		f.Facts = append(f.Facts, web.FactField{Name: fact.Name, Value: web.Field{Value: fact.Value}})
	}
	if len(f.Facts) < account.FieldsMax {
		f.Facts = append(f.Facts, web.FactField{})
	}
	if in.Hue != nil {
		f.Hue = *in.Hue
	}
	if in.Language != nil {
		f.Language = *in.Language
	}
	if in.Zone != nil && isZone(*in.Zone) {
		f.Zone = *in.Zone
	}
	if in.Rights != nil {
		f.Rights.Chosen, f.Rights.Own = *in.Rights, in.OwnRights
	}
	if _, err := level(in.Visibility); err == nil {
		f.Visibility = web.Level(in.Visibility)
	}
	sentence := server.Sentence(v.words, wrong)
	switch fault.Field(wrong) {
	case "display_name":
		f.Name.Error = sentence
	case "note":
		f.Bio.Error = sentence
	case "avatar":
		f.Avatar.Error = sentence
	case "rights":
		f.Rights.Error = sentence
	default:
		f.Failed = sentence
	}
	return f
}

// usualRights are what a form says others may do with all that one posts.
func usualRights(word, own string) (account.Rights, error) {
	if word == ownRights {
		word = own
	}
	rights, ok := account.ParseRights(word)
	switch {
	case !ok:
		return "", fault.New(fault.Invalid, "fault.post.rights_long", "max", account.RightsMax).In("rights")
	case rights == "":
		return "", fault.New(fault.Invalid, "fault.post.rights_empty").In("rights")
	}
	return rights, nil
}
