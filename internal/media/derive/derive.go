package derive

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"time"
)

// Animation is the name of the extra variant that an animated GIF gets: all
// its frames, encoded anew, at its own size.
const Animation = "animation"

// Config says how workers are started and bounded.
type Config struct {
	// Self is the path of the executable that calls [Worker] when it is
	// started with Args: the running program itself.
	Self string
	Args []string
	// MaxConcurrent is how many workers run at a time; others wait. 0 means 2.
	MaxConcurrent int
	// Timeout bounds the CPU time of one picture's worker. On a busy machine
	// it may take up to [patience] times as long from start to answer. 0 means
	// 30 s.
	Timeout time.Duration
	// Limits bounds what is decoded; a zero field takes its default.
	Limits Limits
	// Log hears of workers that died. Nil means silence.
	Log *slog.Logger
}

// patience is how much longer than its CPU time a worker may take: machines
// have more to do than pictures.
const patience = 4

// Limits bounds one picture.
type Limits struct {
	// Bytes is the largest file read. 0 means 40 MiB.
	Bytes int64
	// Side is the largest width or height, in pixels. 0 means 16,384.
	Side int
	// Pixels is the largest width times height. 0 means 50,000,000.
	Pixels int
	// Frames is how many frames a GIF may have. 0 means 1,000.
	Frames int
	// FramePixels bounds the areas of all frames of a GIF together. 0 means
	// 128,000,000; a frame's pixel is one byte in memory.
	FramePixels int
	// Memory is what a worker may take in bytes beyond what the program holds
	// when it starts. 0 means 1 GiB. 12 megapixels take some 60 MiB; the most
	// is taken by progressive JPEG without chroma subsampling, 15 bytes a
	// pixel and more, so that 50 megapixels of it are too large.
	Memory int64
	// Output bounds the bytes of all variants together. 0 means 128 MiB.
	Output int64
}

// Size asks for one variant. A picture is never enlarged and keeps its
// proportions. A zero bound does not bind.
type Size struct {
	Name                string
	MaxWidth, MaxHeight int
}

// Picture is what was found out about a picture and made of it.
type Picture struct {
	// Format is what was read: "jpeg", "png", "gif", "webp", "heic" or "avif".
	Format string
	// Width and Height are in pixels, of the upright original.
	Width, Height int
	// Blurhash is a placeholder of some 30 characters (blurha.sh).
	Blurhash string
	// Alpha tells that some pixel is not opaque.
	Alpha bool
	// Animated tells that there is more than one frame.
	Animated bool
	// Variants holds one for each Size, in order, then Animation if there is one.
	Variants []Variant
	// Facts are what it says of itself; nil where they were not asked for.
	Facts *Facts `json:",omitempty"`
}

// Variant is one derived picture, encoded.
type Variant struct {
	Name          string
	Mime          string // "image/jpeg", "image/png" or "image/gif"
	Width, Height int    // pixels
	Data          []byte `json:"-"`
}

// A Deriver derives pictures in workers. It is safe for concurrent use.
type Deriver struct {
	cfg   Config
	slots chan struct{}
}

// New makes a Deriver. It starts nothing yet.
func New(cfg Config) *Deriver {
	if cfg.MaxConcurrent <= 0 {
		cfg.MaxConcurrent = 2
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Limits = cfg.Limits.withDefaults()
	return &Deriver{cfg: cfg, slots: make(chan struct{}, cfg.MaxConcurrent)}
}

func (l Limits) withDefaults() Limits {
	l.Bytes = orDefault(l.Bytes, 40<<20)
	l.Side = orDefault(l.Side, 16384)
	l.Pixels = orDefault(l.Pixels, 50_000_000)
	l.Frames = orDefault(l.Frames, 1000)
	l.FramePixels = orDefault(l.FramePixels, 128_000_000)
	l.Memory = orDefault(l.Memory, 1<<30)
	l.Output = orDefault(l.Output, 128<<20)
	return l
}

func orDefault[N int | int64](n, def N) N {
	if n <= 0 {
		return def
	}
	return n
}

// Picture reads a picture from src to its end and derives the wanted sizes.
// It waits for a free worker, and reads src only until it returns; src should
// be something that does not block for long, such as a stored blob.
//
// Errors are faults: Unsupported for what is no picture of a known format,
// Invalid for a broken one, TooLarge for one beyond the limits, Timeout, and
// Unavailable when a worker could not be started, could not be confined or
// was killed from outside. The error of a done ctx is returned as it is.
func (d *Deriver) Picture(ctx context.Context, src io.Reader, want []Size) (*Picture, error) {
	return d.picture(ctx, src, job{Sizes: want})
}

// Study is Picture, and reads what the picture says of itself.
func (d *Deriver) Study(ctx context.Context, src io.Reader, want []Size) (*Picture, error) {
	return d.picture(ctx, src, job{Sizes: want, Facts: true})
}

// headLen is how much of a picture is looked at before its worker starts.
const headLen = 64

func (d *Deriver) picture(ctx context.Context, src io.Reader, j job) (*Picture, error) {
	begin := make([]byte, headLen)
	n, err := io.ReadFull(src, begin)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	begin = begin[:n]
	j.Format = sniff(begin)
	res, err := d.take(ctx, io.MultiReader(bytes.NewReader(begin), src), j)
	if err != nil {
		return nil, err
	}
	return res.Picture, nil
}

// take has a worker do a job once there is one.
func (d *Deriver) take(ctx context.Context, src io.Reader, j job) (*result, error) {
	select {
	case d.slots <- struct{}{}:
		defer func() { <-d.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	j.Limits, j.Seconds = d.cfg.Limits, int((d.cfg.Timeout+time.Second-1)/time.Second)
	return d.run(ctx, src, j)
}
