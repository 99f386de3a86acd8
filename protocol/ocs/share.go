package ocs

// What a share is with.
const (
	ShareUser  = 0
	ShareGroup = 1
	ShareLink  = 3
	ShareMail  = 4
)

// A Share is a file or folder that somebody shares, as clients expect it. Names are said in
// several ways, since clients know one or the other.
type Share struct {
	ID               string  `json:"id"`
	Type             int     `json:"share_type"`
	Giver            string  `json:"uid_owner"`
	GiverName        string  `json:"displayname_owner"`
	Permissions      int64   `json:"permissions"`
	CanEdit          bool    `json:"can_edit"`
	CanDelete        bool    `json:"can_delete"`
	Time             int64   `json:"stime"`
	Parent           *string `json:"parent"`
	Expiration       *string `json:"expiration"` // 2026-12-31 00:00:00
	Token            *string `json:"token"`
	URL              string  `json:"url,omitempty"`
	Owner            string  `json:"uid_file_owner"`
	OwnerName        string  `json:"displayname_file_owner"`
	Note             string  `json:"note"`
	Label            string  `json:"label"`
	Path             string  `json:"path"`
	ItemType         string  `json:"item_type"` // "file" or "folder"
	ItemPermissions  int64   `json:"item_permissions"`
	ItemSize         int64   `json:"item_size"`
	ItemTime         int64   `json:"item_mtime"`
	Mimetype         string  `json:"mimetype"`
	HasPreview       bool    `json:"has_preview"`
	StorageID        string  `json:"storage_id"`
	Storage          int64   `json:"storage"`
	ItemSource       int64   `json:"item_source"`
	FileSource       int64   `json:"file_source"`
	FileParent       int64   `json:"file_parent"`
	FileTarget       string  `json:"file_target"`
	With             *string `json:"share_with"`
	WithName         *string `json:"share_with_displayname"`
	WithUnique       *string `json:"share_with_displayname_unique,omitempty"`
	Password         *string `json:"password,omitempty"` // stars where there is one
	MailSend         int     `json:"mail_send"`
	HideDownload     int     `json:"hide_download"`
	Attributes       *string `json:"attributes"`
	MountRoot        bool    `json:"is-mount-root"`
	MountType        string  `json:"mount-type"`
	SendPasswordTalk bool    `json:"send_password_by_talk"`
}

// Sharing is the capability files_sharing. Android's app throws all capabilities away where
// "resharing" is missing, and iOS' looks at the rest of public only where "enabled" is there.
type Sharing struct {
	API           bool          `json:"api_enabled"`
	Public        PublicSharing `json:"public"`
	User          UserSharing   `json:"user"`
	Resharing     bool          `json:"resharing"`
	GroupSharing  bool          `json:"group_sharing"`
	Group         Enabled       `json:"group"`
	DefaultRights int64         `json:"default_permissions"`
	Federation    Federation    `json:"federation"`
	Sharee        Sharee        `json:"sharee"`
	Mail          MailSharing   `json:"sharebymail"`
}

// Enabled says whether something is there.
type Enabled struct {
	Enabled bool `json:"enabled"`
}

// PublicSharing is what can be done with links.
type PublicSharing struct {
	Enabled          bool             `json:"enabled"`
	Password         EnforcedPassword `json:"password"`
	MultipleLinks    bool             `json:"multiple_links"`
	Expire           Enabled          `json:"expire_date"`
	ExpireInternal   Enabled          `json:"expire_date_internal"`
	SendMail         bool             `json:"send_mail"`
	Upload           bool             `json:"upload"`
	UploadFilesDrop  bool             `json:"upload_files_drop"`
	CustomTokens     bool             `json:"custom_tokens"`
	DefaultPublicRts int64            `json:"default_permissions"`
}

// EnforcedPassword says whether links must have one.
type EnforcedPassword struct {
	Enforced bool `json:"enforced"`
	AskFor   bool `json:"askForOptionalPassword"`
}

// UserSharing is what can be done with people.
type UserSharing struct {
	SendMail bool    `json:"send_mail"`
	Expire   Enabled `json:"expire_date"`
}

// Federation is what can be done with other servers.
type Federation struct {
	Outgoing bool    `json:"outgoing"`
	Incoming bool    `json:"incoming"`
	Expire   Enabled `json:"expire_date"`
}

// Sharee is how people are found.
type Sharee struct {
	QueryLookup   bool `json:"query_lookup_default"`
	AlwaysUnique  bool `json:"always_show_unique"`
	MinimumLength int  `json:"minSearchStringLength,omitempty"`
}

// MailSharing is what can be done with people by mail.
type MailSharing struct {
	Enabled bool `json:"enabled"`
}

// Sharees are those with whom something can be shared: whose name is exactly what was sought, and others.
type Sharees struct {
	Exact         ShareeLists `json:"exact"`
	Users         []ShareeOne `json:"users"`
	Groups        []ShareeOne `json:"groups"`
	Remotes       []ShareeOne `json:"remotes"`
	RemoteGroups  []ShareeOne `json:"remote_groups"`
	Emails        []ShareeOne `json:"emails"`
	Circles       []ShareeOne `json:"circles"`
	Rooms         []ShareeOne `json:"rooms"`
	Lookup        []ShareeOne `json:"lookup"`
	LookupEnabled bool        `json:"lookupEnabled"`
}

// ShareeLists are some of them.
type ShareeLists struct {
	Users        []ShareeOne `json:"users"`
	Groups       []ShareeOne `json:"groups"`
	Remotes      []ShareeOne `json:"remotes"`
	RemoteGroups []ShareeOne `json:"remote_groups"`
	Emails       []ShareeOne `json:"emails"`
	Circles      []ShareeOne `json:"circles"`
	Rooms        []ShareeOne `json:"rooms"`
}

// A ShareeOne is one of them.
type ShareeOne struct {
	Label   string      `json:"label"`
	Subline string      `json:"subline"`
	Icon    string      `json:"icon"`
	Unique  string      `json:"shareWithDisplayNameUnique"`
	Value   ShareeValue `json:"value"`
	Status  []string    `json:"status"`
}

// A ShareeValue is what is said to share with one.
type ShareeValue struct {
	Type int    `json:"shareType"`
	With string `json:"shareWith"`
}

// NewSharees are none yet: each list is there, since clients expect it.
func NewSharees() *Sharees {
	none := []ShareeOne{}
	return &Sharees{
		Exact: ShareeLists{none, none, none, none, none, none, none},
		Users: none, Groups: none, Remotes: none, RemoteGroups: none, Emails: none, Circles: none, Rooms: none, Lookup: none,
	}
}
