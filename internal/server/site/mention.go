package site

import (
	"net/http"

	"allod/internal/id"
	"allod/internal/mention"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// kindsOfMention are what pages do with posts, in the words of pages here.
var kindsOfMention = map[mention.Kind]web.MentionKind{
	mention.Reply: web.MentionReply, mention.Like: web.MentionLike, mention.Repost: web.MentionRepost, mention.Link: web.MentionLink,
}

// mentioned is what a page of another site says, as a reader sees it; the
// author of the post may decide about it.
func (s *Site) mentioned(v *reader, m *mention.Mention) web.Mention {
	out := web.Mention{
		ID: m.ID.String(), Kind: kindsOfMention[m.Kind], Host: m.Host, URL: m.Source, Text: m.Text, Language: m.Language,
		Who: web.Person{Name: m.Name, URL: m.URL, Key: m.Host + " " + m.Name, Hue: web.HueOf(m.Host)}, Waits: m.State == mention.Waiting,
	}
	if out.Who.Name == "" {
		out.Who.Name = m.Host
	}
	if !m.SaidAt.IsZero() {
		out.Time = m.SaidAt.In(v.zone)
	}
	if v.id() == m.OwnerID {
		at := mentionsPath + "/" + out.ID
		out.Decline = at + "/decline"
		if out.Waits {
			out.Show = at + "/show"
		}
	}
	return out
}

// mentions are what pages of other sites say about a post that its reader may see.
func (s *Site) mentions(r *http.Request, v *reader, p *post.Post) ([]web.Mention, error) {
	all, err := s.Mentions.Under(r.Context(), v.id(), p)
	var out []web.Mention
	for _, m := range all {
		out = append(out, s.mentioned(v, m))
	}
	return out, err
}

// waiting is what pages of other sites say that waits for the reader.
func (s *Site) waiting(w http.ResponseWriter, r *http.Request, v *reader) error {
	at := id.Page{Limit: pageSize}
	var err error
	if at.Max, err = server.QueryID(r, "max_id"); err != nil {
		return err
	}
	all, total, err := s.Mentions.Waits(r.Context(), v.me.ID, at)
	if err != nil {
		return err
	}
	view := web.MentionsView{Total: total}
	for _, m := range all {
		line := s.mentioned(v, m)
		line.Post = &web.Link{Label: v.words.T("mention.about"), URL: "/@" + v.me.Handle() + "/" + m.PostID.String()}
		view.Mentions = append(view.Mentions, line)
	}
	if len(all) == pageSize {
		view.Older = mentionsPath + "?max_id=" + all[pageSize-1].ID.String()
	}
	if at.Max != 0 {
		view.Newest = mentionsPath
	}
	p, err := s.page(r, v, web.PlaceNews, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Mentions(p, view))
}

// decide lets what a page says be shown, or not.
func (s *Site) decide(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	switch r.PathValue("act") {
	case "show":
		err = s.Mentions.Show(r.Context(), v.me.ID, what)
	case "decline":
		err = s.Mentions.Decline(r.Context(), v.me.ID, what)
	default:
		return nothingHere()
	}
	if err != nil {
		return err
	}
	return seeOther(w, back(r, mentionsPath))
}
