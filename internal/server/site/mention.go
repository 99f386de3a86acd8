package site

import (
	"net/http"
	"time"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/mention"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// kindsOfMention are what pages do with posts, in the words of pages here.
var kindsOfMention = map[mention.Kind]web.MentionKind{
	mention.Reply: web.MentionReply, mention.Like: web.MentionLike, mention.Repost: web.MentionRepost, mention.Link: web.MentionLink,
}

// mentionTalk is what a page of another site says, as a reader sees it;
// owner's post is one of whoever decides on it.
func (s *Site) mentionTalk(v *reader, m *mention.Mention, owner *post.Post) web.Talk {
	talk := web.Talk{
		Post: web.Post{
			ID: m.ID.String(), URL: "#mention-" + m.ID.String(), Author: siteOf(m), Time: saidAt(m).In(v.zone), Level: web.Public,
			HTML: markup.FromGuest(m.Text), Language: m.Language,
		},
		Site: &web.Elsewhere{Kind: kindsOfMention[m.Kind], Host: m.Host, URL: m.Source},
	}
	mine := v.id() == m.OwnerID
	switch m.State {
	case mention.Waiting:
		talk.Waits = mentionForms(m)
	case mention.Hidden:
		talk.Veil = s.strangerVeil(m.Reason, m.HiddenAt.In(v.zone), talk.Time, owner, mine)
		if mine {
			talk.Veil.Undo = mentionsPath + "/" + talk.ID + "/show"
		}
	default:
		if mine {
			talk.Hide = mentionsPath + "/" + talk.ID + "/hide"
		}
	}
	return talk
}

// siteOf is who says something on a page of another site, as that page has it.
func siteOf(m *mention.Mention) web.Person {
	key := "site " + m.Host + " " + m.Name
	p := web.Person{Name: m.Name, URL: m.URL, Key: key, Hue: web.HueOf(key)}
	if p.Name == "" {
		p.Name = m.Host
	}
	return p
}

// saidAt is when a page says that it was said, as far as that can be.
func saidAt(m *mention.Mention) time.Time {
	if came := m.ID.Time(); m.SaidAt.IsZero() || m.SaidAt.After(came) {
		return came
	}
	return m.SaidAt
}

// mentionForms are the forms by which an owner decides on what a page says.
func mentionForms(m *mention.Mention) *web.Decision {
	at := mentionsPath + "/" + m.ID.String()
	return &web.Decision{Show: at + "/show", Decline: at + "/decline"}
}

// toWaiting leads to the page of all that waits for the reader.
func (s *Site) toWaiting(w http.ResponseWriter, r *http.Request, _ *reader) error {
	http.Redirect(w, r, waitingPath, http.StatusMovedPermanently)
	return nil
}

// decideMention lets what a page says be shown, or not, or no more.
func (s *Site) decideMention(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	word, me := "", v.me.ID
	switch r.PathValue("act") {
	case "show":
		word, err = "comment_shown", s.Mentions.Show(r.Context(), me, what)
	case "decline":
		word, err = "comment_declined", s.Mentions.Decline(r.Context(), me, what)
	case "hide":
		return s.hideMention(w, r, v, what)
	default:
		err = nothingHere()
	}
	if err != nil {
		return err
	}
	return seeOther(w, with(pathOf(back(r, waitingPath)), word))
}

// askHideMention asks for the reason to hide what a page says.
func (s *Site) askHideMention(w http.ResponseWriter, r *http.Request, v *reader) error {
	what, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	return s.hideMentionPage(w, r, v, what, http.StatusOK, web.Field{})
}

func (s *Site) hideMentionPage(w http.ResponseWriter, r *http.Request, v *reader, what id.ID, status int, reason web.Field) error {
	m, err := s.Mentions.One(r.Context(), v.me.ID, what)
	if err != nil {
		return err
	}
	return s.askReason(w, r, v, status, web.HideView{
		Action: mentionsPath + "/" + what.String() + "/hide", Reply: s.mentionTalk(v, m, nil), Reason: reason,
		Back: personPath(v.me) + "/" + m.PostID.String() + "#mention-" + what.String(),
	})
}

func (s *Site) hideMention(w http.ResponseWriter, r *http.Request, v *reader, what id.ID) error {
	in, err := server.DecodeBody[reasoned](r)
	if err != nil {
		return err
	}
	err = s.Mentions.Hide(r.Context(), v.me.ID, what, in.Reason)
	if fault.Is(err, fault.Invalid) {
		return s.hideMentionPage(w, r, v, what, http.StatusUnprocessableEntity, web.Field{Value: in.Reason, Error: server.Sentence(v.words, err)})
	}
	if err != nil {
		return err
	}
	m, err := s.Mentions.One(r.Context(), v.me.ID, what)
	if err != nil {
		return err
	}
	return seeOther(w, with(personPath(v.me)+"/"+m.PostID.String(), "reply_hidden")+"#mention-"+what.String())
}
