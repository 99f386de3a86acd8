package post

import (
	"allod/internal/account"
	"allod/internal/id"
)

// The facts about posts. Named are the people the post names, who live here or elsewhere.
type (
	// Published is that one who lives here posted. Members are those of a
	// circle, Guest the comment of a guest that it answers, Album the album that it shows, 0 for none.
	Published struct {
		Post    *Post
		Named   []*account.Account
		Members []*account.Account
		Guest   id.ID
		Album   id.ID
	}
	// Received is that a post came from elsewhere.
	Received struct {
		Post    *Post
		Named   []*account.Account
		Members []*account.Account
	}
	// Joined is that a conversation turned out to be part of an older one.
	Joined struct{ From, To id.ID }
	// Admitted is that a post to a circle, which is here already, reached one more.
	Admitted struct {
		Post *Post
		Who  *account.Account
	}
	// Edited is that a post was changed by its author, who lives here or elsewhere.
	Edited struct {
		Post  *Post
		Named []*account.Account
	}
	// Deleted is that a post is gone. It still tells what it was.
	Deleted struct {
		Post    *Post
		Named   []*account.Account
		Members []*account.Account
	}
)

// Liked and Unliked are the facts about likes.
type (
	Liked struct {
		Like Like
		Post *Post
		By   *account.Account
	}
	Unliked struct {
		Like Like
		Post *Post
		By   *account.Account
	}
)

// Boosted and Unboosted are the facts about boosts.
type (
	Boosted struct {
		Boost Boost
		Post  *Post
		By    *account.Account
	}
	Unboosted struct {
		Boost Boost
		Post  *Post
		By    *account.Account
	}
)

// Pinned is that an author pinned a post to their profile, or took it down:
// its PinnedAt says which.
type Pinned struct{ Post *Post }
