package mastodon

import (
	"net/http"
	"slices"

	"allod/internal/server"
)

// A route is one method of the API.
type route struct {
	pattern string // method and path, as http.ServeMux reads it
	caller  caller
	scope   string // what a token must allow, "" asks nothing
	handle  server.Handler
}

// routes are all methods, in the order of docs/mastodon-api.md.
func (d *door) routes() []route {
	return slices.Concat(d.peopleRoutes(), d.statusRoutes(), d.readingRoutes(), d.laterRoutes())
}

// laterRoutes are those of what is kept, asked, and posted later.
func (d *door) laterRoutes() []route {
	return []route{
		{"POST /api/v1/statuses/{id}/bookmark", person, "write:bookmarks", d.bookmark},
		{"POST /api/v1/statuses/{id}/unbookmark", person, "write:bookmarks", d.unbookmark},
		{"GET /api/v1/bookmarks", person, "read:bookmarks", d.bookmarks},
		{"GET /api/v1/scheduled_statuses", person, "read:statuses", d.scheduled},
		{"GET /api/v1/scheduled_statuses/{id}", person, "read:statuses", d.getScheduled},
		{"PUT /api/v1/scheduled_statuses/{id}", person, "write:statuses", d.reschedule},
		{"DELETE /api/v1/scheduled_statuses/{id}", person, "write:statuses", d.unschedule},
		{"GET /api/v1/polls/{id}", anyone, "read:statuses", d.getPoll},
		{"POST /api/v1/polls/{id}/votes", person, "write:statuses", d.vote},
	}
}

// peopleRoutes are those about the home and the people on it.
func (d *door) peopleRoutes() []route {
	return []route{
		{"GET /api/v1/apps/verify_credentials", app, "", d.verifyApp},
		{"GET /api/v1/instance", anyone, "", d.instanceV1},
		{"GET /api/v2/instance", anyone, "", d.instanceV2},
		{"GET /api/v1/instance/rules", anyone, "", d.instanceRules},
		{"GET /api/v1/custom_emojis", anyone, "", d.customEmojis},

		{"POST /api/v1/accounts", app, "write:accounts", d.createAccount},
		{"GET /api/v1/accounts/verify_credentials", person, "profile", d.verifyCredentials},
		{"PATCH /api/v1/accounts/update_credentials", person, "write:accounts", d.updateCredentials},
		{"GET /api/v1/accounts/lookup", anyone, "read:accounts", d.lookupAccount},
		{"GET /api/v1/accounts/search", person, "read:accounts", d.searchAccounts},
		{"GET /api/v1/accounts/relationships", person, "read:follows", d.relationships},
		{"GET /api/v1/accounts/{id}", anyone, "read:accounts", d.getAccount},
		{"GET /api/v1/accounts/{id}/statuses", anyone, "read:statuses", d.accountStatuses},
		{"GET /api/v1/accounts/{id}/followers", anyone, "read:accounts", d.followers},
		{"GET /api/v1/accounts/{id}/following", anyone, "read:accounts", d.following},
		{"POST /api/v1/accounts/{id}/follow", person, "write:follows", d.follow},
		{"POST /api/v1/accounts/{id}/unfollow", person, "write:follows", d.unfollow},
		{"POST /api/v1/accounts/{id}/remove_from_followers", person, "write:follows", d.removeFollower},
		{"POST /api/v1/accounts/{id}/block", person, "write:blocks", d.block},
		{"POST /api/v1/accounts/{id}/unblock", person, "write:blocks", d.unblock},
		{"POST /api/v1/accounts/{id}/mute", person, "write:mutes", d.mute},
		{"POST /api/v1/accounts/{id}/unmute", person, "write:mutes", d.unmute},
		{"GET /api/v1/accounts/{id}/lists", person, "read:lists", d.listsOfAccount},
		{"GET /api/v1/mutes", person, "read:mutes", d.mutes},
		{"GET /api/v1/domain_blocks", person, "read:blocks", d.domainBlocks},
		{"POST /api/v1/domain_blocks", person, "write:blocks", d.blockDomain},
		{"DELETE /api/v1/domain_blocks", person, "write:blocks", d.unblockDomain},
		{"GET /api/v1/blocks", person, "read:blocks", d.blocks},
		{"GET /api/v1/follow_requests", person, "read:follows", d.followRequests},
		{"POST /api/v1/follow_requests/{id}/authorize", person, "write:follows", d.authorizeFollow},
		{"POST /api/v1/follow_requests/{id}/reject", person, "write:follows", d.rejectFollow},
	}
}

// statusRoutes are those about posts and what hangs on them.
func (d *door) statusRoutes() []route {
	return []route{
		{"GET /api/v1/statuses", anyone, "read:statuses", d.getStatuses},
		{"POST /api/v1/statuses", person, "write:statuses", d.createStatus},
		{"GET /api/v1/statuses/{id}", anyone, "read:statuses", d.getStatus},
		{"DELETE /api/v1/statuses/{id}", person, "write:statuses", d.deleteStatus},
		{"PUT /api/v1/statuses/{id}", person, "write:statuses", d.editStatus},
		{"GET /api/v1/statuses/{id}/history", anyone, "read:statuses", d.statusHistory},
		{"GET /api/v1/statuses/{id}/source", person, "read:statuses", d.statusSource},
		{"GET /api/v1/statuses/{id}/context", anyone, "read:statuses", d.statusContext},
		{"GET /api/v1/statuses/{id}/favourited_by", anyone, "read:accounts", d.favouritedBy},
		{"GET /api/v1/statuses/{id}/reblogged_by", anyone, "read:accounts", d.rebloggedBy},
		{"POST /api/v1/statuses/{id}/favourite", person, "write:favourites", d.favourite},
		{"POST /api/v1/statuses/{id}/unfavourite", person, "write:favourites", d.unfavourite},
		{"POST /api/v1/statuses/{id}/pin", person, "write:accounts", d.pinStatus},
		{"POST /api/v1/statuses/{id}/unpin", person, "write:accounts", d.unpinStatus},
		{"POST /api/v1/statuses/{id}/reblog", person, "write:statuses", d.reblog},
		{"POST /api/v1/statuses/{id}/unreblog", person, "write:statuses", d.unreblog},
		{"POST /api/v1/statuses/{id}/mute", person, "write:mutes", d.muteThread},
		{"POST /api/v1/statuses/{id}/unmute", person, "write:mutes", d.unmuteThread},

		{"POST /api/v1/media", person, "write:media", d.uploadMedia},
		{"POST /api/v2/media", person, "write:media", d.uploadMedia},
		{"GET /api/v1/media/{id}", person, "write:media", d.getMedia},
		{"PUT /api/v1/media/{id}", person, "write:media", d.updateMedia},
	}
}

// readingRoutes are those about streams and what one is told.
func (d *door) readingRoutes() []route {
	return []route{
		{"GET /api/v1/timelines/home", person, "read:statuses", d.homeTimeline},
		{"GET /api/v1/timelines/public", anyone, "read:statuses", d.publicTimeline},
		{"GET /api/v1/timelines/list/{id}", person, "read:lists", d.listTimeline},
		{"GET /api/v1/timelines/tag/{hashtag}", anyone, "read:statuses", d.tagTimeline},
		{"GET /api/v1/notifications", person, "read:notifications", d.notifications},
		{"GET /api/v1/notifications/{id}", person, "read:notifications", d.getNotification},
		{"GET /api/v1/markers", person, "read:statuses", d.getMarkers},
		{"POST /api/v1/markers", person, "write:statuses", d.setMarkers},
		{"GET /api/v2/search", person, "read:search", d.search},
		{"GET /api/v1/preferences", person, "read:accounts", d.preferences},

		{"GET /api/v1/lists", person, "read:lists", d.lists},
		{"POST /api/v1/lists", person, "write:lists", d.createList},
		{"GET /api/v1/lists/{id}", person, "read:lists", d.getList},
		{"PUT /api/v1/lists/{id}", person, "write:lists", d.updateList},
		{"DELETE /api/v1/lists/{id}", person, "write:lists", d.deleteList},
		{"GET /api/v1/lists/{id}/accounts", person, "read:lists", d.listAccounts},
		{"POST /api/v1/lists/{id}/accounts", person, "write:lists", d.addToList},
		{"DELETE /api/v1/lists/{id}/accounts", person, "write:lists", d.removeFromList},

		{"GET /api/v1/filters", person, "read:filters", d.phrases},
		{"POST /api/v1/filters", person, "write:filters", d.createPhrase},
		{"GET /api/v1/filters/{id}", person, "read:filters", d.getPhrase},
		{"PUT /api/v1/filters/{id}", person, "write:filters", d.updatePhrase},
		{"DELETE /api/v1/filters/{id}", person, "write:filters", d.deletePhrase},
		{"GET /api/v2/filters", person, "read:filters", d.filters},
		{"POST /api/v2/filters", person, "write:filters", d.createFilter},
		{"GET /api/v2/filters/{id}", person, "read:filters", d.getFilter},
		{"PUT /api/v2/filters/{id}", person, "write:filters", d.updateFilter},
		{"DELETE /api/v2/filters/{id}", person, "write:filters", d.deleteFilter},
		{"GET /api/v2/filters/{id}/{part}", person, "read:filters", d.filterPart},
		{"POST /api/v2/filters/{id}/{part}", person, "write:filters", d.filterPart},
		{"PUT /api/v2/filters/{id}/{part}", person, "write:filters", d.filterPart},
		{"DELETE /api/v2/filters/{id}/{part}", person, "write:filters", d.filterPart},

		{"POST /api/v1/push/subscription", person, "push", d.putPush},
		{"GET /api/v1/push/subscription", person, "push", d.getPush},
		{"PUT /api/v1/push/subscription", person, "push", d.changePush},
		{"DELETE /api/v1/push/subscription", person, "push", d.dropPush},

		{"GET /api/v1/announcements", person, "", d.nothing},
		{"GET /api/v1/conversations", person, "read:statuses", d.nothing},
		{"GET /api/v1/followed_tags", person, "read:follows", d.nothing},
	}
}

// nothing answers lists of what this home does not have yet, so that apps start.
func (d *door) nothing(w http.ResponseWriter, _ *http.Request) error {
	return d.answer(w, []struct{}{})
}
