package web

// A HearView is the ways to keep hearing from somebody without an account. Its
// form has the fields "address", "frequency", "began", and "website", which
// nobody sees and nobody fills in.
type HearView struct {
	Person    Person
	Action    string
	Address   Field
	Frequency string
	Began     string
	Unmailed  bool
	Failed    string
	Feeds     []Feed
	Notify    string // where one follows by the notifications of a browser
	Follow    string // where one follows from a home of one's own
}

// A HearingView is what a subscriber's letters lead to.
type HearingView struct {
	Person    Person
	Address   string
	Frequency string
	Confirmed bool
	Confirm   string // field "frequency"
	End       string
}

// A ReadersView are those who follow by mail.
type ReadersView struct {
	Readers  []MailReader
	Total    int
	Older    string
	Newest   string
	Hear     string // the page to point people to
	Unmailed bool
}

// A MailReader is one of them.
type MailReader struct {
	Address string
	Since   string // a ready line: how often, since when
	Trouble string // why nothing reaches them, "" for no trouble
	Remove  string
}

// frequencies are how often somebody may want to hear.
func frequencies() []string { return []string{"daily", "weekly", "each"} }

// OftenWords is what a frequency is called.
func (f Frame) OftenWords(frequency string) string {
	switch frequency {
	case "daily":
		return f.T("hear.daily")
	case "weekly":
		return f.T("hear.weekly")
	}
	return f.T("hear.each")
}

func (f Frame) oftenMeans(frequency string) string {
	switch frequency {
	case "daily":
		return f.T("hear.daily_means")
	case "weekly":
		return f.T("hear.weekly_means")
	}
	return f.T("hear.each_means")
}
