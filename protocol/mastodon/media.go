package mastodon

// The types of media.
const (
	MediaUnknown = "unknown"
	MediaImage   = "image"
	MediaGifv    = "gifv" // a soundless loop
	MediaVideo   = "video"
	MediaAudio   = "audio"
)

// A MediaAttachment is a file of a status.
type MediaAttachment struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	// URL is null while the file is being processed.
	URL              *string `json:"url"`
	PreviewURL       *string `json:"preview_url"`
	RemoteURL        *string `json:"remote_url"`
	PreviewRemoteURL *string `json:"preview_remote_url"`
	// TextURL is no longer used.
	TextURL     *string    `json:"text_url"`
	Meta        *MediaMeta `json:"meta"`
	Description *string    `json:"description"`
	Blurhash    *string    `json:"blurhash"`
}

// A MediaMeta is what is known of a file. What is zero is absent.
type MediaMeta struct {
	Original *MediaVersion `json:"original,omitempty"`
	Small    *MediaVersion `json:"small,omitempty"`
	Focus    *Focus        `json:"focus,omitempty"`

	// Length is "H:MM:SS.ss", Duration in seconds.
	Length        string  `json:"length,omitempty"`
	Duration      float64 `json:"duration,omitempty"`
	FPS           int     `json:"fps,omitempty"`
	Size          string  `json:"size,omitempty"`
	Width         int     `json:"width,omitempty"`
	Height        int     `json:"height,omitempty"`
	Aspect        float64 `json:"aspect,omitempty"`
	AudioEncode   string  `json:"audio_encode,omitempty"`
	AudioBitrate  string  `json:"audio_bitrate,omitempty"`
	AudioChannels string  `json:"audio_channels,omitempty"`
}

// A MediaVersion is one rendition of a file. What is zero is absent.
type MediaVersion struct {
	// Width and Height are in pixels, Size is "WxH", Aspect their ratio.
	Width  int     `json:"width,omitempty"`
	Height int     `json:"height,omitempty"`
	Size   string  `json:"size,omitempty"`
	Aspect float64 `json:"aspect,omitempty"`
	// FrameRate is a fraction such as "30/1", Duration in seconds, Bitrate in
	// bits a second.
	FrameRate string  `json:"frame_rate,omitempty"`
	Duration  float64 `json:"duration,omitempty"`
	Bitrate   int64   `json:"bitrate,omitempty"`
}

// A Focus is the point of interest of a picture, from -1 to 1 with y upwards.
type Focus struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}
