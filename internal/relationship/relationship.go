// Package relationship is who follows, asks to follow, mutes and blocks whom,
// and the circles and lists that people put others in.
package relationship

import (
	"time"

	"allod/internal/account"
	"allod/internal/id"
)

// A Follow is one account's wish to read another, and whether that was granted.
type Follow struct {
	ID                 id.ID
	Follower, Followed id.ID
	Accepted           bool // false: asked, not yet answered
	Boosts             bool // the follower wants to see boosts
	Notify             bool
	URI                string // canonical id of the Follow activity
	CreatedAt          time.Time
}

// A Block keeps another account from seeing, following and reaching one.
type Block struct {
	ID        id.ID
	By, Of    id.ID
	URI       string // canonical id of the Block activity
	CreatedAt time.Time
}

// A Relation is what two accounts are to each other, from one's side.
type Relation struct {
	Following, Requested    bool
	FollowedBy, RequestedBy bool
	Blocking, BlockedBy     bool
	Boosts, Notify          bool
	Mute                    *Mute // that one has of the other, nil for none
	HostBlocked             bool  // one has blocked the other's server
}

// A Tie is a follow with both its ends.
type Tie struct {
	Follow             Follow
	Follower, Followed *account.Account
}

// The facts about follows. Each is a tie at the moment it changed.
type (
	// Asked is that someone wants to follow and the other has not answered.
	Asked struct{ Tie }
	// Began is that a follow is granted. It may be recorded again when asked again.
	Began struct{ Tie }
	// Refused is that the followed said no, or took it back.
	Refused struct{ Tie }
	// Ended is that the follower stopped, or withdrew the question.
	Ended struct{ Tie }
)

// Blocked and Unblocked are the facts about blocks.
type (
	Blocked struct {
		Block  Block
		By, Of *account.Account
	}
	Unblocked struct {
		Block  Block
		By, Of *account.Account
	}
)

// Regarded is that somebody changed whom they do not want to see, or their lists.
type Regarded struct{ Who id.ID }
