package page

import "allod/internal/id"

// Changed is the fact that something of a person's site is not as it was.
type Changed struct{ AccountID id.ID }
