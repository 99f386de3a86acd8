package app

import (
	"context"
	"errors"

	"allod/internal/account"
	"allod/internal/auth"
	"allod/internal/comment"
	"allod/internal/db"
	"allod/internal/draft"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/film"
	"allod/internal/id"
	"allod/internal/live"
	"allod/internal/media"
	"allod/internal/moderation"
	"allod/internal/page"
	"allod/internal/post"
	"allod/internal/relationship"
	"allod/internal/roster"
)

// react says what follows from what: the one switchboard. Reactions of a line
// run in its order, inside the transaction of the fact.
func (a *App) react() {
	a.accounts.Changed.Then(a.outbox.Changed, a.forgetPages)
	a.accounts.Ended.Then(a.outbox.Left, a.auth.Leave, a.remote.ForgetActor, a.pages.Leave, a.books.Leave, a.leftFiles, a.endTies)
	a.accounts.Moved.Then(a.outbox.Moved, a.movedKeys, a.movedPages)
	a.pages.Changed.Then(a.changedSite)
	a.files.Changed.Then(a.films.Changed, a.albums.FileChanged, a.photos.Changed, a.fileWords)
	a.files.Changed.Then(a.goneOriginals)
	a.films.Posted.Then(a.illustratedPhoto)
	a.files.Granted.Then(a.notify.Granted)
	a.files.Ungranted.Then(a.notify.Ungranted)
	a.auth.Opened.Then(a.openedNews)
	a.auth.Applied.Then(a.appliedNews)
	a.auth.Stood.Then(a.guard.Stood)

	a.ties.Asked.Then(a.notify.Asked, a.outbox.Asked)
	a.ties.Began.Then(a.timeline.Begin, a.notify.Began, a.outbox.Began, a.inbox.WantPins)
	a.ties.Refused.Then(a.refusedNews, a.refusedStream, a.outbox.Refused)
	a.ties.Ended.Then(a.endedNews, a.endedStream, a.outbox.Ended)
	a.ties.Blocked.Then(a.notify.Blocked, a.blockedFiles, a.outbox.Blocked)
	a.ties.Unblocked.Then(a.outbox.Unblocked)
	a.ties.Regarded.Then(a.guard.Regarded, a.notify.Regarded)

	a.posts.Published.Then(a.albums.Published, a.timeline.PlacePublished, a.publishedNews, a.comments.Published, a.outbox.Published, a.publishedPages, a.publishedPoll)
	a.posts.Received.Then(a.timeline.PlaceReceived, a.receivedNews)
	a.posts.Joined.Then(a.threadJoined)
	a.posts.Admitted.Then(a.timeline.PlaceAdmitted, a.admittedNews)
	a.posts.Edited.Then(a.editedNews, a.notify.Edited, a.outbox.Edited, a.editedPages)
	a.posts.Pinned.Then(a.outbox.Pinned, a.pinnedPages)
	a.posts.Deleted.Then(a.albums.Deleted, a.timeline.RemoveDeleted, a.notify.Deleted, a.comments.Forget, a.remote.ForgetPost, a.outbox.Deleted, a.deletedPages)
	a.posts.Liked.Then(a.notify.Liked, a.outbox.Liked)
	a.posts.Unliked.Then(a.notify.Unliked, a.outbox.Unliked)
	a.posts.Boosted.Then(a.timeline.PlaceBoosted, a.notify.Boosted, a.outbox.Boosted, a.boostedPages)
	a.posts.Unboosted.Then(a.timeline.RemoveUnboosted, a.notify.Unboosted, a.outbox.Unboosted, a.unboostedPages)
	a.posts.Voted.Then(a.outbox.Voted, a.votedPoll)
	a.drafts.Stuck.Then(a.notify.Stuck)
	a.posts.Closed.Then(a.notify.Closed, a.outbox.Closed, a.closedPages)

	// The pages that posts link to. Before what is told of posts is built, they are known to be due.
	a.posts.Published.Then(a.publishedLinks)
	a.posts.Received.Then(a.receivedLinks)
	a.posts.Edited.Then(a.editedLinks)

	// What readers and sites outside the fediverse are told.
	a.posts.Published.Then(a.publishedFeeds, a.publishedMentions)
	a.posts.Edited.Then(a.editedFeeds, a.editedMentions)
	a.posts.Deleted.Then(a.deletedFeeds, a.deletedMentions, a.mentions.Forget)
	a.mentions.Changed.Then(a.changedMentions)

	// The search takes their words in.
	a.accounts.Met.Then(a.metWords, a.metPages, a.metFiles)
	a.accounts.Changed.Then(a.changedWords)
	a.accounts.Ended.Then(a.endedWords)
	a.pages.Changed.Then(a.changedPageWords)
	a.posts.Published.Then(a.publishedWords)
	a.posts.Received.Then(a.receivedWords)
	a.posts.Edited.Then(a.editedWords)
	a.posts.Deleted.Then(a.deletedWords)
	a.posts.Hid.Then(a.notify.Hid, a.hidPages)
	a.posts.Unhid.Then(a.notify.Unhid, a.unhidPages)

	a.posts.Published.Then(a.subscribers.Published)
	a.accounts.Ended.Then(a.subscribers.Ended)
	a.subscribers.Asked.Then(a.mail.Asked)
	a.subscribers.Due.Then(a.mail.Due)
	a.comments.Written.Then(a.mail.Written)
	a.comments.Arrived.Then(a.notify.Arrived)
	a.comments.Told.Then(a.notify.Told, a.mail.Told, a.toldPages)
	a.comments.Taken.Then(a.notify.Taken, a.takenPages)
	a.comments.Answered.Then(a.mail.Answered)
	a.comments.Disowned.Then(a.mail.Disowned)
	a.comments.Chosen.Then(a.chosenPages)

	// Browsers and apps are told without asking.
	a.notify.Made.Then(a.push.Made)
	a.posts.Published.Then(a.push.Published)
	a.accounts.Ended.Then(a.push.Ended)
}

func (a *App) openedNews(ctx context.Context, tx *db.Tx, f auth.Opened) error {
	if !f.Strange {
		return nil
	}
	return a.notify.Opened(ctx, tx, f.Account.ID, f.Session.ID)
}

func (a *App) appliedNews(ctx context.Context, tx *db.Tx, f auth.Applied) error {
	return a.notify.Applied(ctx, tx, f.Keepers, f.Applicant.ID)
}

func (a *App) publishedNews(ctx context.Context, tx *db.Tx, f post.Published) error {
	if err := a.notify.Named(ctx, tx, f.Post, f.Named); err != nil {
		return err
	}
	return a.notify.Circled(ctx, tx, f.Post, f.Members)
}

func (a *App) receivedNews(ctx context.Context, tx *db.Tx, f post.Received) error {
	if err := a.notify.Named(ctx, tx, f.Post, f.Named); err != nil {
		return err
	}
	return a.notify.Circled(ctx, tx, f.Post, f.Members)
}

func (a *App) threadJoined(ctx context.Context, tx *db.Tx, f post.Joined) error {
	return a.guard.MoveThread(ctx, tx, f.From, f.To)
}

func (a *App) admittedNews(ctx context.Context, tx *db.Tx, f post.Admitted) error {
	return a.notify.Circled(ctx, tx, f.Post, []*account.Account{f.Who})
}

func (a *App) editedNews(ctx context.Context, tx *db.Tx, f post.Edited) error {
	return a.notify.Named(ctx, tx, f.Post, f.Named)
}

func (a *App) refusedNews(ctx context.Context, tx *db.Tx, f relationship.Refused) error {
	return a.notify.Ended(ctx, tx, f.Tie)
}

func (a *App) endedNews(ctx context.Context, tx *db.Tx, f relationship.Ended) error {
	return a.notify.Ended(ctx, tx, f.Tie)
}

func (a *App) refusedStream(ctx context.Context, tx *db.Tx, f relationship.Refused) error {
	return a.timeline.End(ctx, tx, f.Follower.ID, f.Followed.ID)
}

func (a *App) endedStream(ctx context.Context, tx *db.Tx, f relationship.Ended) error {
	return a.timeline.End(ctx, tx, f.Follower.ID, f.Followed.ID)
}

// endTies ends what binds an account that is gone; a job takes its posts away, a batch at a time.
func (a *App) endTies(ctx context.Context, tx *db.Tx, f account.Ended) error {
	if err := draft.Forget(ctx, tx, f.Account.ID); err != nil {
		return err
	}
	if err := roster.Drop(ctx, tx, f.Account.ID); err != nil {
		return err
	}
	if err := relationship.Forget(ctx, tx, f.Account.ID); err != nil {
		return err
	}
	if err := moderation.Forget(ctx, tx, f.Account.ID); err != nil {
		return err
	}
	return a.jobs.Add(ctx, tx, forget{Account: f.Account.ID}, forgetOnce)
}

// The public pages of a person are kept rendered; each of these drops them once the change is durable.

func (a *App) forgetPages(_ context.Context, tx *db.Tx, f account.Changed) error {
	return a.forgetPagesOf(tx, f.Account.ID)
}

// metPages drops the front of the house, which tells who lives here.
func (a *App) metPages(_ context.Context, tx *db.Tx, f account.Met) error {
	if !f.Account.Local {
		return nil
	}
	return a.forgetPagesOf(tx, 0)
}

func (a *App) changedSite(_ context.Context, tx *db.Tx, f page.Changed) error {
	return a.forgetPagesOf(tx, f.AccountID)
}

func (a *App) publishedPages(_ context.Context, tx *db.Tx, f post.Published) error {
	return a.forgetPagesOf(tx, f.Post.AuthorID)
}

func (a *App) editedPages(_ context.Context, tx *db.Tx, f post.Edited) error {
	return a.forgetPagesOf(tx, f.Post.AuthorID)
}

func (a *App) pinnedPages(_ context.Context, tx *db.Tx, f post.Pinned) error {
	return a.forgetPagesOf(tx, f.Post.AuthorID)
}

func (a *App) deletedPages(_ context.Context, tx *db.Tx, f post.Deleted) error {
	return a.forgetPagesOf(tx, f.Post.AuthorID)
}

func (a *App) boostedPages(_ context.Context, tx *db.Tx, f post.Boosted) error {
	return a.forgetPagesOf(tx, f.By.ID)
}

func (a *App) unboostedPages(_ context.Context, tx *db.Tx, f post.Unboosted) error {
	return a.forgetPagesOf(tx, f.By.ID)
}

func (a *App) closedPages(_ context.Context, tx *db.Tx, f post.Closed) error {
	return a.forgetPagesOf(tx, f.Post.AuthorID)
}

func (a *App) hidPages(_ context.Context, tx *db.Tx, f post.Hid) error {
	return a.forgetPagesOf(tx, f.Post.AuthorID)
}

func (a *App) unhidPages(_ context.Context, tx *db.Tx, f post.Unhid) error {
	return a.forgetPagesOf(tx, f.By.ID)
}

func (a *App) toldPages(_ context.Context, tx *db.Tx, f comment.Told) error {
	return a.forgetPagesOf(tx, f.Comment.OwnerID)
}

func (a *App) takenPages(_ context.Context, tx *db.Tx, f comment.Taken) error {
	return a.forgetPagesOf(tx, f.Comment.OwnerID)
}

func (a *App) chosenPages(_ context.Context, tx *db.Tx, f comment.Chosen) error {
	return a.forgetPagesOf(tx, f.OwnerID)
}

func (a *App) forgetPagesOf(tx *db.Tx, who id.ID) error {
	tx.After(func() { a.site.Forget(who) })
	return nil
}

// What is said, and what people are called, is noted for the search.

func (a *App) publishedWords(ctx context.Context, tx *db.Tx, f post.Published) error {
	return a.search.Note(ctx, tx, f.Post.ID)
}

func (a *App) receivedWords(ctx context.Context, tx *db.Tx, f post.Received) error {
	return a.search.Note(ctx, tx, f.Post.ID)
}

func (a *App) editedWords(ctx context.Context, tx *db.Tx, f post.Edited) error {
	return a.search.Note(ctx, tx, f.Post.ID)
}

func (a *App) deletedWords(ctx context.Context, tx *db.Tx, f post.Deleted) error {
	return a.search.Note(ctx, tx, f.Post.ID)
}

func (a *App) changedWords(ctx context.Context, tx *db.Tx, f account.Changed) error {
	return a.search.NotePerson(ctx, tx, f.Account.ID)
}

func (a *App) metWords(ctx context.Context, tx *db.Tx, f account.Met) error {
	return a.search.NotePerson(ctx, tx, f.Account.ID)
}

// fileWords has the search take in what a file or folder is called now, and says.
func (a *App) fileWords(ctx context.Context, tx *db.Tx, c file.Change) error {
	return a.search.NoteFile(ctx, tx, c.Node.ID)
}

// blockedFiles ends what two people share with each other, one of whom keeps the other away now.
func (a *App) blockedFiles(ctx context.Context, tx *db.Tx, f relationship.Blocked) error {
	return a.files.Part(ctx, tx, f.By.ID, f.Of.ID)
}

// leftFiles ends what somebody who is gone shared, and what was shared with them.
func (a *App) leftFiles(ctx context.Context, tx *db.Tx, f account.Ended) error {
	return a.files.Leave(ctx, tx, f.Account.ID)
}

// goneOriginals lets go of originals that are deleted for good; posts keep what they show.
func (a *App) goneOriginals(ctx context.Context, tx *db.Tx, c file.Change) error {
	if c.Kind != file.Removed {
		return nil
	}
	return media.FileGone(ctx, tx, c.Node.ID)
}

// illustratedPhoto has a video stand among photos by its picture.
func (a *App) illustratedPhoto(ctx context.Context, tx *db.Tx, f film.Poster) error {
	return a.photos.Illustrated(ctx, tx, f.Content, f.Blob)
}

// metFiles gives who moves in room for files.
func (a *App) metFiles(ctx context.Context, tx *db.Tx, f account.Met) error {
	if !f.Account.Local {
		return nil
	}
	return a.files.Lay(ctx, tx, f.Account.ID)
}

func (a *App) changedPageWords(ctx context.Context, tx *db.Tx, f page.Changed) error {
	return a.search.NotePages(ctx, tx, f.AccountID)
}

func (a *App) endedWords(ctx context.Context, tx *db.Tx, f account.Ended) error {
	return errors.Join(a.search.NotePerson(ctx, tx, f.Account.ID), a.search.NotePages(ctx, tx, f.Account.ID))
}

// tellHome and tellNews wake the screens of one who lives here.

func tellHome(bus *live.Bus) func(reader, item id.ID) {
	return func(reader, item id.ID) {
		bus.Publish(live.Ref{Topic: "home:" + reader.String(), Kind: "home", ID: item})
	}
}

func tellNews(bus *live.Bus) func(who, notification id.ID) {
	return func(who, notification id.ID) {
		bus.Publish(live.Ref{Topic: "news:" + who.String(), Kind: "news", ID: notification})
	}
}

// closed is Denied for a server that nothing is asked of and nothing sent to.
func (a *App) closed(ctx context.Context, host string) error {
	if a.guard == nil { // the house is being built
		return nil
	}
	shut, err := a.shut(ctx, host)
	if err == nil && shut {
		err = fault.New(fault.Denied, "fault.limit.closed", "host", host)
	}
	return err
}

// hides is shut within a transaction.
func (a *App) hides(ctx context.Context, tx *db.Tx, host string) (bool, error) {
	p, found, err := a.guard.PolicyIn(ctx, tx, host)
	return found && p.Measure == moderation.Suspend, err
}

// shut reports whether this home takes nothing from a server.
func (a *App) shut(ctx context.Context, host string) (bool, error) {
	p, found, err := a.guard.Policy(ctx, host)
	return found && p.Measure == moderation.Suspend, err
}
