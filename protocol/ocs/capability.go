package ocs

// Status is what /status.php says before anybody has signed in.
type Status struct {
	Installed       bool   `json:"installed"`
	Maintenance     bool   `json:"maintenance"`
	NeedsDBUpgrade  bool   `json:"needsDbUpgrade"`
	Version         string `json:"version"`
	VersionString   string `json:"versionstring"`
	Edition         string `json:"edition"`
	ProductName     string `json:"productname"`
	ExtendedSupport bool   `json:"extendedSupport"`
}

// Version is that of a server.
type Version struct {
	Major           int    `json:"major"`
	Minor           int    `json:"minor"`
	Micro           int    `json:"micro"`
	String          string `json:"string"`
	Edition         string `json:"edition"`
	ExtendedSupport bool   `json:"extendedSupport"`
}

// Capabilities is what a server can do.
type Capabilities struct {
	Version      Version        `json:"version"`
	Capabilities map[string]any `json:"capabilities"`
}

// Core is the capability of that name.
type Core struct {
	PollInterval int    `json:"pollinterval"` // seconds
	WebDAVRoot   string `json:"webdav-root"`
}

// DAV is the capability of that name.
type DAV struct {
	Chunking string `json:"chunking"`
}

// Files is the capability of that name.
type Files struct {
	BigFileChunking     bool          `json:"bigfilechunking"`
	Undelete            bool          `json:"undelete"`
	Versioning          bool          `json:"versioning"`
	BlacklistedFiles    []string      `json:"blacklisted_files"`
	ForbiddenNames      []string      `json:"forbidden_filenames"`
	ForbiddenCharacters []string      `json:"forbidden_filename_characters"`
	ForbiddenExtensions []string      `json:"forbidden_filename_extensions"`
	ForbiddenBasenames  []string      `json:"forbidden_filename_basenames"`
	ChunkedUpload       ChunkedUpload `json:"chunked_upload"`
}

// ChunkedUpload says in which pieces to upload.
type ChunkedUpload struct {
	MaxSize     int64 `json:"max_size"`
	MaxParallel int   `json:"max_parallel_count"`
}

// Checksums is the capability of that name.
type Checksums struct {
	Supported []string `json:"supportedTypes"`
	Preferred string   `json:"preferredUploadType"`
}

// Theming is how a home looks in clients.
type Theming struct {
	Name      string `json:"name"`
	URL       string `json:"url"`
	Slogan    string `json:"slogan"`
	Color     string `json:"color"`
	ColorText string `json:"color-text"`
}

// A User is somebody as clients ask after them. Their names are said in two
// ways, since clients know one or the other.
type User struct {
	ID          string `json:"id"` // of which addresses below /remote.php/dav are made
	Enabled     bool   `json:"enabled"`
	Name        string `json:"display-name"`
	DisplayName string `json:"displayname"`
	Email       any    `json:"email"` // nil for none
	Language    string `json:"language"`
	Quota       Quota  `json:"quota"`
}

// Unlimited is the quota of whom nobody limits.
const Unlimited = -3

// Quota is how much room somebody has, in bytes.
type Quota struct {
	Free     int64   `json:"free"`
	Used     int64   `json:"used"`
	Total    int64   `json:"total"`
	Relative float64 `json:"relative"` // per cent
	Quota    int64   `json:"quota"`
}
