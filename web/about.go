package web

// A PorchView is the front of a house in which several people live.
type PorchView struct {
	About   string // plain text
	Members []Person
	More    string
	SignIn  string
	Join    string // where to ask for a place, "" where one cannot
}

// An AboutView is what a home says of itself.
type AboutView struct {
	Product   string
	Version   string
	About     string // plain text
	Keeper    *Person
	Rules     []string
	People    int
	Joining   string // closed, invited or asked
	Join      string
	Inward    bool
	Languages []Option
	Features  []Feature
	Source    string
}

// A FeatureState is whether a home does something.
type FeatureState string

// The states of a feature.
const (
	Ready   FeatureState = "ready"
	Partial FeatureState = "partial"
	Off     FeatureState = "off"
)

// A Feature is something a home can do.
type Feature struct {
	Name  string
	State FeatureState
}

// stateName is whether something works, in a word.
func (f Frame) stateName(s FeatureState) string {
	switch s {
	case Ready:
		return f.T("about.ready")
	case Partial:
		return f.T("about.partial")
	}
	return f.T("about.off")
}

func (s FeatureState) icon() string {
	switch s {
	case Ready:
		return "check"
	case Partial:
		return "clock"
	}
	return "close"
}

func (s FeatureState) tone() string {
	switch s {
	case Ready:
		return "good"
	case Partial:
		return "warn"
	}
	return "quiet"
}

// featureNames are the messages that say what each thing is.
var featureNames = map[string]string{
	"federation": "feature.federation",
	"apps":       "feature.apps",
	"feeds":      "feature.feeds",
	"pictures":   "feature.pictures",
	"video":      "feature.video",
	"mail":       "feature.mail",
	"push":       "feature.push",
	"passkeys":   "feature.passkeys",
	"search":     "feature.search",
	"comments":   "feature.comments",
	"backup":     "feature.backup",
}

// FeatureName is what a feature is, and "" for one that is not known.
func (f Frame) FeatureName(name string) string {
	if key := featureNames[name]; key != "" {
		return f.T(key)
	}
	return ""
}

// joins is how one comes to live here, in a sentence.
func (f Frame) joins(how string) string {
	switch how {
	case "invited":
		return f.T("about.invited")
	case "asked":
		return f.T("about.asked")
	}
	return f.T("about.closed")
}
