package push

import (
	"context"
	"encoding/json"
	"strings"

	"allod/internal/account"
	"allod/internal/locale"
	"allod/internal/markup"
	"allod/internal/notification"
	"allod/internal/post"
	"allod/protocol/mastodon"
)

// Lengths of what is told, in characters. However they are written, a message fits the 4096 bytes that RFC 8030 §7.2 has services take.
const (
	titleMax   = 160
	nameMax    = 50
	excerptMax = 240
)

// GuestPass is the purpose of the pass of a guest's page, GuestPath its way.
const (
	GuestPass = "push"
	GuestPath = "/push/"
)

// A shown is a message as this home's own worker in a browser reads it.
type shown struct {
	Title   string `json:"title"`
	Body    string `json:"body"`
	Lang    string `json:"lang"`
	Dir     string `json:"dir"`
	Icon    string `json:"icon,omitempty"`
	Tag     string `json:"tag"` // what is shown of the same tag is replaced
	URL     string `json:"url"`
	Stop    string `json:"stop,omitempty"`     // the words of the button that leads to StopURL
	StopURL string `json:"stop_url,omitempty"` // a guest's own page
	Confirm string `json:"confirm,omitempty"`  // where the worker says that the message came
}

// textOf is a notification as a subscription of its reader is told it. What
// their filters cover is told without its words.
func (s *Service) textOf(ctx context.Context, sub *Subscription, n *notification.Notification, covered bool) ([]byte, error) {
	prefs, err := s.Accounts.Preference(ctx, n.AccountID)
	if err != nil {
		return nil, err
	}
	words := s.Bundle.Match("", prefs.Language)
	title, body := titleOf(words, n), s.bodyOf(n)
	if covered {
		body = words.T("push.covered")
	}
	icon := ""
	if n.From != nil && n.FromID != n.AccountID {
		icon = s.Portrait(n.From)
	}
	if sub.Kind == Browser {
		return json.Marshal(shown{
			Title: title, Body: body, Lang: words.Tag(), Dir: words.Dir(), Icon: icon, Tag: "news-" + n.ID.String(), URL: s.Where(n),
		})
	}
	bearer, err := s.Vault.Open(sub.bearer)
	if err != nil {
		return nil, err
	}
	return json.Marshal(mastodon.PushNotification{
		AccessToken: string(bearer), PreferredLocale: words.Tag(), NotificationID: int64(n.ID), NotificationType: s.Type(n.Kind), Icon: icon, Title: title, Body: body,
	})
}

// titles are the messages of the page of news that say what happened.
var titles = map[notification.Kind]string{
	notification.Follow: "news.follow", notification.FollowRequest: "news.request", notification.Mention: "news.named",
	notification.Like: "news.like", notification.Boost: "news.boost", notification.Held: "draft.news_held",
	notification.Update: "writing.news_edited", notification.Poll: "poll.news_voted", notification.Comment: "news.comment",
	notification.Hidden: "news.hidden", notification.Shared: "share.news", notification.Opened: "entered.opened", notification.Applied: "entered.applied",
}

func titleOf(words *locale.Locale, n *notification.Notification) string {
	name, key, about := "", titles[n.Kind], "news.your_post"
	switch {
	case n.From != nil:
		name = n.From.Called()
	case n.Comment != nil:
		name = n.Comment.Name
	}
	switch {
	case n.Kind == notification.Mention && n.Post.ReplyToAccountID == n.AccountID:
		key = "news.reply"
	case n.Kind == notification.Poll && n.FromID == n.AccountID:
		key = "poll.news_own"
	case n.Kind == notification.Update:
		about = "writing.a_post"
	}
	return cut(words.T(key, "name", markup.Line(name, nameMax), "post", words.T(about), "n", 0), titleMax)
}

// bodyOf is how what a notification is about begins. What its writer folded stays folded.
func (s *Service) bodyOf(n *notification.Notification) string {
	switch {
	case n.Comment != nil:
		return cut(n.Comment.Text, excerptMax)
	case n.Post != nil:
		return s.excerpt(n.Post)
	case n.From != nil && n.FromID != n.AccountID:
		return s.Names.Handle(n.From)
	}
	return ""
}

func (s *Service) excerpt(p *post.Post) string {
	if p.Warning != "" {
		return cut(p.Warning, excerptMax)
	}
	text := s.Text.Plain(p.HTML)
	if p.Title != "" {
		text = p.Title
	}
	return cut(text, excerptMax)
}

// textOfPost is a post as a guest who follows its author is told it.
func (s *Service) textOfPost(sub *Subscription, p *post.Post) ([]byte, error) {
	words := s.Bundle.Match("", sub.Language)
	m := s.forGuest(words, p.Author)
	m.Title, m.Body = cut(p.Author.Called(), titleMax), s.excerpt(p)
	if m.Body == "" {
		m.Body = words.T("push.pictures")
	}
	m.Tag, m.URL = "post-"+p.ID.String(), post.Page(s.Names, p)
	m.Stop, m.StopURL = words.T("push.stop"), s.guestPage(sub)
	return json.Marshal(m)
}

// textOfWelcome is the first message of a guest's browser.
func (s *Service) textOfWelcome(sub *Subscription, owner *account.Account) ([]byte, error) {
	words := s.Bundle.Match("", sub.Language)
	m := s.forGuest(words, owner)
	m.Title, m.Body = cut(words.T("push.welcome", "name", owner.Called()), titleMax), words.T("push.welcome_body")
	m.Tag, m.URL, m.Confirm = "follow-"+owner.ID.String(), s.guestPage(sub), s.guestPage(sub)+"/confirm"
	return json.Marshal(m)
}

func (s *Service) forGuest(words *locale.Locale, owner *account.Account) shown {
	return shown{Lang: words.Tag(), Dir: words.Dir(), Icon: s.Portrait(owner)}
}

// guestPage is the path of the page where a guest ends it.
func (s *Service) guestPage(sub *Subscription) string {
	return GuestPath + s.Passes.Make(GuestPass, sub.ID)
}

// cut is a text on one line, at most so many characters.
func cut(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimRight(string(runes[:most-1]), " .,;:–—") + "…"
}
