package activitystreams

import (
	"encoding/json"
	"time"
)

// An ActivityDocument is an activity to be sent. The New… functions make the
// usual ones; To, Cc and Published may be set afterwards.
type ActivityDocument struct {
	Type   string
	ID     string
	Actor  string
	Object Ref
	To, Cc []string
	// Target is the collection that an Add or Remove changes, or where a Move leads; else "".
	Target string
	// Published is left out if zero.
	Published time.Time
}

// NewCreate says that actor made object, which is embedded with its own
// context and proof. It is addressed like the object.
func NewCreate(id, actor string, object Ref, to, cc []string, published time.Time) ActivityDocument {
	return ActivityDocument{
		Type: TypeCreate, ID: id, Actor: actor, Object: object, To: to, Cc: cc, Published: published,
	}
}

// NewUpdate says that object, which is embedded, has changed.
func NewUpdate(id, actor string, object Ref, to, cc []string, published time.Time) ActivityDocument {
	return ActivityDocument{
		Type: TypeUpdate, ID: id, Actor: actor, Object: object, To: to, Cc: cc, Published: published,
	}
}

// NewDelete says that object is gone: an embedded Tombstone, or the id of the
// actor itself.
func NewDelete(id, actor string, object Ref, to, cc []string) ActivityDocument {
	return ActivityDocument{Type: TypeDelete, ID: id, Actor: actor, Object: object, To: to, Cc: cc}
}

// NewFollow asks the actor object to be followed.
func NewFollow(id, actor, object string) ActivityDocument {
	return direct(TypeFollow, id, actor, RefTo(object), object)
}

// NewAccept answers a Follow. Some servers know the Follow by its id alone,
// others read it from the answer: embed it where it is at hand.
func NewAccept(id, actor string, follow Ref, follower string) ActivityDocument {
	return direct(TypeAccept, id, actor, follow, follower)
}

// NewReject declines a Follow, or ends one accepted earlier.
func NewReject(id, actor string, follow Ref, follower string) ActivityDocument {
	return direct(TypeReject, id, actor, follow, follower)
}

// NewUndo takes back an earlier activity, which should be embedded, and is
// addressed like it.
func NewUndo(id, actor string, activity Ref, to, cc []string) ActivityDocument {
	return ActivityDocument{Type: TypeUndo, ID: id, Actor: actor, Object: activity, To: to, Cc: cc}
}

// NewLike likes an object and tells its author.
func NewLike(id, actor, object, author string) ActivityDocument {
	return direct(TypeLike, id, actor, RefTo(object), author)
}

// NewAnnounce shares an object.
func NewAnnounce(id, actor, object string, to, cc []string, published time.Time) ActivityDocument {
	return ActivityDocument{
		Type: TypeAnnounce, ID: id, Actor: actor, Object: RefTo(object), To: to, Cc: cc, Published: published,
	}
}

// NewAdd puts an object into a collection of the actor's.
func NewAdd(id, actor, object, target string, to, cc []string) ActivityDocument {
	return ActivityDocument{Type: TypeAdd, ID: id, Actor: actor, Object: RefTo(object), Target: target, To: to, Cc: cc}
}

// NewRemove takes an object out of a collection of the actor's.
func NewRemove(id, actor, object, target string, to, cc []string) ActivityDocument {
	return ActivityDocument{Type: TypeRemove, ID: id, Actor: actor, Object: RefTo(object), Target: target, To: to, Cc: cc}
}

// NewMove says that an actor, the object, is found at target from now on
// (FEP-7628). The actor at target lists the old one in alsoKnownAs.
func NewMove(id, actor, target string, to []string, published time.Time) ActivityDocument {
	return ActivityDocument{Type: TypeMove, ID: id, Actor: actor, Object: RefTo(actor), Target: target, To: to, Published: published}
}

// NewBlock tells an actor that it is blocked.
func NewBlock(id, actor, object string) ActivityDocument {
	return direct(TypeBlock, id, actor, RefTo(object), object)
}

// direct is an activity addressed to one actor.
func direct(kind, id, actor string, object Ref, to string) ActivityDocument {
	return ActivityDocument{Type: kind, ID: id, Actor: actor, Object: object, To: []string{to}}
}

// JSON renders the activity.
func (d ActivityDocument) JSON() ([]byte, error) {
	c := checker{document: d.Type}
	if !IsActivityType(d.Type) {
		c.fail("type", "not a type of activity")
	}
	c.id("id", d.ID)
	c.id("actor", d.Actor)
	c.ref("object", d.Object)
	c.optional("target", d.Target)
	c.ids("to", d.To)
	c.ids("cc", d.Cc)
	if (d.Type == TypeCreate || d.Type == TypeUpdate) && !d.Object.IsEmbedded() {
		c.fail("object", "must be embedded")
	}
	if c.err != nil {
		return nil, c.err
	}
	return encode(struct {
		Context   json.RawMessage `json:"@context"`
		ID        string          `json:"id"`
		Type      string          `json:"type"`
		Actor     string          `json:"actor"`
		Published string          `json:"published,omitempty"`
		To        []string        `json:"to,omitempty"`
		Cc        []string        `json:"cc,omitempty"`
		Object    Ref             `json:"object"`
		Target    string          `json:"target,omitempty"`
	}{contextActivity, d.ID, d.Type, d.Actor, formatTime(d.Published), d.To, d.Cc, d.Object, d.Target})
}
