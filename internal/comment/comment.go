// Package comment is what people without an account answer to a post for everyone.
//
// A comment is plain words with a name. Its writer, a guest, confirms by mail
// that the address is theirs; then the owner of the post decides, unless they
// chose otherwise. A comment stays on this home: it is never told to other
// servers, and a guest is never an actor. Its words leave only through Under,
// which is given posts that its reader may see, and through the pages of its
// owner and its guest.
package comment

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"allod/internal/auth"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/markup"
)

// State is how far a comment has come.
type State string

// The states. Only Shown is for everyone.
const (
	Asked     State = "asked"     // its guest has not confirmed it
	Waiting   State = "waiting"   // the owner has not decided
	Shown     State = "shown"     // stands on the page
	Hidden    State = "hidden"    // the owner took it off the page, with a reason
	Declined  State = "declined"  // the owner did not want it on the page
	Spam      State = "spam"      // the same, and its guest is not heard again
	Withdrawn State = "withdrawn" // its guest took it back; its words are gone
)

// Who is who may comment on the posts of an owner.
type Who string

// The choices.
const (
	Nobody Who = "nobody"
	Held   Who = "held"  // everyone, and the owner decides on each comment of those they do not trust
	Known  Who = "known" // as Held, and whoever is let in once is trusted
)

// ParseWho reads a choice; ok is false for what is none.
func ParseWho(s string) (w Who, ok bool) {
	switch w = Who(s); w {
	case Nobody, Held, Known:
		return w, true
	}
	return "", false
}

// A Choice is what an owner wants of comments.
type Choice struct {
	Who   Who
	Rules string // shown beside the box; "" for none
}

// A Guest is somebody who comments without an account.
type Guest struct {
	ID              id.ID
	Address, Folded string // of their mail; never shown to others than the owner
	Name            string
	Language        string
	ConfirmedAt     time.Time // zero until they did
}

// A Comment is what a guest said.
type Comment struct {
	ID          id.ID
	PostID      id.ID
	OwnerID     id.ID
	BelowPostID id.ID
	BelowID     id.ID
	GuestID     id.ID
	Name        string
	Text        string
	Language    string // BCP 47; "" unknown
	State       State
	Reason      string
	Tell        bool // its guest wants a mail once it is shown
	Hears       bool // and when somebody who lives here answers it
	CreatedAt   time.Time
	DecidedAt   time.Time // zero before

	Guest   *Guest // for the owner and the guest; nil otherwise
	Trusted bool   // for the owner: what this guest says is shown at once

	print int64
}

// HTML is the words of a comment as a page shows them.
func (c *Comment) HTML() string { return markup.FromGuest(c.Text) }

// Limits of a comment.
const (
	NameMax  = 60   // characters
	TextMax  = 3000 // characters
	RulesMax = 1000 // characters
	linksMax = 3    // more is how advertisements look
)

// A Draft is a comment before it is one.
type Draft struct {
	PostID      id.ID
	BelowPostID id.ID // 0 for the post itself
	BelowID     id.ID // the comment it answers, 0 for none
	Name        string
	Address     string
	Text        string
	Language    string
	Tell        bool
	Invited     bool // the guest has a link to what the post shows, whoever may see the post; the door knows that

	folded string
}

func invalid(field, key string, args ...any) error {
	return fault.New(fault.Invalid, key, args...).In(field)
}

// Check brings what was typed into the form it is kept in, and returns Invalid,
// with the field at fault, for what cannot be.
func (d *Draft) Check() (err error) {
	d.Name, d.Text = markup.Line(d.Name, NameMax+1), markup.Words(d.Text)
	switch {
	case !strings.ContainsFunc(d.Name, legible):
		return invalid("name", "fault.comment.name")
	case utf8.RuneCountInString(d.Name) > NameMax:
		return invalid("name", "fault.comment.name_long", "max", NameMax)
	case strings.Contains(d.Name, "@") || strings.Contains(d.Name, "://"):
		return invalid("name", "fault.comment.name_address")
	}
	if d.Address, d.folded, err = auth.ParseEmail(d.Address); err != nil {
		return err
	}
	switch {
	case !strings.ContainsFunc(d.Text, legible):
		return invalid("text", "fault.comment.empty")
	case utf8.RuneCountInString(d.Text) > TextMax:
		return invalid("text", "fault.comment.long", "n", TextMax)
	case strings.Count(d.Text, "://") > linksMax:
		return invalid("text", "fault.comment.links", "max", linksMax)
	}
	if d.Language != "" {
		tag, err := language.Parse(d.Language)
		if err != nil {
			return invalid("language", "fault.post.language")
		}
		d.Language = tag.String()
	}
	return nil
}

// legible reports whether a character says something.
func legible(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.So, r)
}

// fingerprint is alike for texts that differ in nothing but case, spaces and marks.
func fingerprint(text string) int64 {
	sum := sha256.Sum256([]byte(strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}
