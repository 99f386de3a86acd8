package comment

import (
	"allod/internal/id"
	"allod/internal/post"
)

// The facts about comments.
type (
	// Written is that somebody wrote one whose address must be confirmed.
	Written struct {
		Comment *Comment
		Guest   *Guest
	}
	// Arrived is that a guest confirmed one, and its owner has to decide.
	Arrived struct{ Comment *Comment }
	// Told is that one stands on the page, or stands there again.
	Told struct {
		Comment *Comment
		Guest   *Guest
		First   bool // for the first time
	}
	// Taken is that one stands on the page no more, or never will.
	Taken struct{ Comment *Comment }
	// Answered is that one who lives here answered one, for everyone to read,
	// and that its guest wants to be told.
	Answered struct {
		Comment *Comment
		Guest   *Guest
		Post    *post.Post
	}
	// Disowned is that an address says comments were not written by its owner.
	Disowned struct {
		Guest   *Guest
		Silence bool // and wants to hear no more of this home
	}
	// Chosen is that an owner chose who may comment.
	Chosen struct{ OwnerID id.ID }
)
