package account

// Changed is the fact that one who lives here changed their profile.
type Changed struct{ Account *Account }

// Ended is the fact that an account is gone: its posts and ties go with it.
type Ended struct{ Account *Account }

// Met is the fact that somebody became known here: they moved in, or news of
// one who lives elsewhere came.
type Met struct{ Account *Account }
