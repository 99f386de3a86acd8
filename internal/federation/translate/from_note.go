package translate

import (
	"slices"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
	"allod/protocol/integrity"
)

// Arrival is what an object says, as a post of its author. Named is left for
// whoever knows who is known here. It returns Denied where the author's
// authority does not decide about the object or the object is not attributed
// to the author, and Invalid for what is no post.
func Arrival(obj *as.Object, author *account.Account) (post.Arrival, error) {
	uri, err := Canonical(obj.ID)
	if err != nil {
		return post.Arrival{}, err
	}
	if !IsPost(obj.Type) {
		return post.Arrival{}, fault.New(fault.Invalid, "").Because("%.200q is a %.40q and no post", obj.ID, obj.Type)
	}
	if !SameAuthority(obj.ID, author.URI) {
		return post.Arrival{}, fault.New(fault.Denied, "").Because("%s does not decide about %.200q", author.URI, obj.ID)
	}
	if !slices.ContainsFunc(obj.AttributedTo.IDs(), func(id string) bool { return Same(id, author.URI) }) {
		return post.Arrival{}, fault.New(fault.Denied, "").Because("%.200q is not attributed to %s", obj.ID, author.URI)
	}
	location := objectLocation(obj.ID, author)
	a := post.Arrival{
		Author: author, Kind: strings.ToLower(obj.Type), Visibility: Visibility(obj.Addressing, author.FollowersURI),
		URI: uri, Location: location, URL: pageOf(obj.URL, location),
		Language: languageOf(obj), Sensitive: obj.Sensitive, HTML: words(obj), Tags: tags(obj.Tags), Media: pictures(obj),
		Poll: questioned(obj), Published: obj.Published,
	}
	if a.Visibility == post.Direct {
		a.Visibility, a.Circle = circle(obj, uri)
	}
	a.ReplyToURI, _ = Canonical(obj.InReplyTo.First().ID()) // "" where it is none
	a.Title, a.Warning = heads(obj)
	a.Media = append(a.Media, inText(obj, a.Media)...)
	a.Summary, a.Rights = summaryOf(obj), account.RightsOf(obj.License, obj.Rights)
	a.Card = cardOf(obj, location)
	if obj.Updated.After(obj.Published) {
		a.Edited = obj.Updated
	}
	return a, nil
}

// IsPost reports whether an object of this type is kept as a post.
func IsPost(kind string) bool {
	switch kind {
	case as.TypeNote, as.TypeArticle, as.TypePage, as.TypeQuestion, as.TypeImage, as.TypeVideo, as.TypeAudio, as.TypeEvent:
		return true
	}
	return false
}

// Visibility is who may see what is addressed like this by one whose followers
// are followersID: what names everyone in "to" is public, elsewhere unlisted.
// What names neither everyone nor the author's followers is for named people.
func Visibility(to as.Addressing, followersID string) post.Visibility {
	isFollowers := func(id string) bool { return Same(id, followersID) }
	switch {
	case slices.Contains(to.To, as.Public):
		return post.Public
	case to.IsPublic():
		return post.Unlisted
	case slices.ContainsFunc(to.Recipients(), isFollowers):
		return post.Followers
	}
	return post.Direct
}

// circle tells a post to a circle from one to named people, by the collection
// of its own that it is addressed to, and of which other post's circle it is an answer.
func circle(obj *as.Object, uri string) (v post.Visibility, of string) {
	v = post.Direct
	for _, to := range obj.Recipients() {
		if !strings.HasSuffix(to, audiencePath) {
			continue
		}
		switch c, err := Canonical(to); {
		case err != nil:
		case c == uri+audiencePath:
			v = post.Circle
		case of == "":
			of = c
		}
	}
	return v, of
}

// objectLocation is where an object is fetched: its id, or at its author's
// gateway where the id names none (FEP-ef61).
func objectLocation(id string, author *account.Account) string {
	p, err := integrity.ParsePortable(id)
	if err != nil || p.Host != "" {
		return webAddress(id)
	}
	origin, _, ok := strings.Cut(author.Location, account.Gateway)
	if !ok {
		return ""
	}
	return p.At(origin)
}
