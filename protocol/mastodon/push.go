package mastodon

// A WebPushSubscription is an app that is told of notifications without asking.
type WebPushSubscription struct {
	// ID is a number that fits 31 bits, because apps read it as one.
	ID       int32  `json:"id"`
	Endpoint string `json:"endpoint"`
	// Standard says that messages are sealed as RFC 8291 has it, not as its drafts had it.
	Standard bool       `json:"standard"`
	Alerts   PushAlerts `json:"alerts"`
	// Policy is whose doings are told: all, followed, follower or none.
	Policy string `json:"policy"`
	// ServerKey is the server's public key (RFC 8292), in base64url.
	ServerKey string `json:"server_key"`
}

// PushAlerts are the types of notifications that an app is told of.
type PushAlerts struct {
	Mention       bool `json:"mention"`
	Status        bool `json:"status"`
	Reblog        bool `json:"reblog"`
	Follow        bool `json:"follow"`
	FollowRequest bool `json:"follow_request"`
	Favourite     bool `json:"favourite"`
	Poll          bool `json:"poll"`
	Update        bool `json:"update"`
	Quote         bool `json:"quote"`
	QuotedUpdate  bool `json:"quoted_update"`
	AdminSignUp   bool `json:"admin.sign_up"`
	AdminReport   bool `json:"admin.report"`
}

// A PushNotification is what an app is told, once it has opened the message.
type PushNotification struct {
	AccessToken     string `json:"access_token"`
	PreferredLocale string `json:"preferred_locale"`
	NotificationID  int64  `json:"notification_id"`
	// NotificationType is as in a [Notification].
	NotificationType string `json:"notification_type"`
	Icon             string `json:"icon"`
	Title            string `json:"title"`
	Body             string `json:"body"`
}
