package post

import "allod/internal/account"

// The facts about posts. Named are the people the post names, who live here or elsewhere.
type (
	// Published is that one who lives here posted.
	Published struct {
		Post  *Post
		Named []*account.Account
	}
	// Received is that a post came from elsewhere.
	Received struct {
		Post  *Post
		Named []*account.Account
	}
	// Edited is that a post from elsewhere was changed by its author.
	Edited struct {
		Post  *Post
		Named []*account.Account
	}
	// Deleted is that a post is gone. It still tells what it was.
	Deleted struct {
		Post  *Post
		Named []*account.Account
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
