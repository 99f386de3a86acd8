package film

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/media"
)

// Limits of what is worked on.
const (
	secondsMax = 12 * 60 * 60
	sideMax    = 8192
	outputMax  = 64 << 30        // bytes of one copy
	probeTime  = time.Minute     // to find out what a video is
	baseTime   = 5 * time.Minute // for a copy, and
	slowness   = 40              // so many times as long as it plays
)

// A tool is ffmpeg, run as a child of ours that can reach nothing but the video and a folder to write to.
type tool struct {
	ffmpeg, ffprobe string
	self            string // the program that confines itself and becomes the tool
	args            []string
}

// findTool looks for ffmpeg and its ffprobe; nil where they are not.
func findTool(self string, args []string) *tool {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil
	}
	ffprobe, err := exec.LookPath("ffprobe")
	if err != nil {
		return nil
	}
	return &tool{ffmpeg, ffprobe, self, args}
}

// formats are the containers that are read: no playlists, which name other files, and no scripts.
const formats = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,ogg,flv,asf,mp3,wav,w64,flac,aac,aiff,amr,caf"

// bare are the arguments by which ffmpeg takes nothing over but pictures and
// sound, and says nothing of itself: no words, data, chapters, or what cameras write beside.
var bare = []string{"-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"}

// bareStream takes out of pictures that are taken over what a camera wrote between them, which may tell the place too (H.264 Annex D).
var bareStream = []string{"-bsf:v", "filter_units=remove_types=6"}

// input is the video, which a child has as its fourth descriptor.
const input = "/proc/self/fd/3"

// guarded are the arguments by which ffmpeg reads nothing but the input.
func guarded(more ...string) []string {
	return append([]string{"-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe", "-format_whitelist", formats}, more...)
}

// run has a program work in a folder on a video. Each line it writes goes to said.
func (t *tool) run(ctx context.Context, program, folder string, video *os.File, args []string, said func(line string)) error {
	c := exec.CommandContext(ctx, t.self, append(append([]string{}, t.args...), append([]string{folder, program}, args...)...)...)
	c.Dir, c.Env, c.ExtraFiles = folder, []string{}, []*os.File{video}
	c.SysProcAttr, c.WaitDelay = attributes(), 5*time.Second
	var words tail
	c.Stderr = &words
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return fault.Wrap(err, fault.Unavailable, "fault.film.tool")
	}
	lines := bufio.NewScanner(io.LimitReader(out, 64<<20))
	for lines.Scan() {
		said(lines.Text())
	}
	_, _ = io.Copy(io.Discard, out)
	err = c.Wait()
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fault.Wrap(err, fault.Timeout, "fault.film.slow")
	case ctx.Err() != nil:
		return ctx.Err()
	case c.ProcessState.ExitCode() == exitUnconfined || c.ProcessState.ExitCode() < 0:
		return fault.New(fault.Unavailable, "fault.film.tool").Because("%s: %w: %s", filepath.Base(program), err, words.text())
	}
	return fault.New(fault.Unsupported, "fault.film.unreadable").Because("%s: %w: %s", filepath.Base(program), err, words.text())
}

// A tail keeps the last that is written to it.
type tail struct{ b []byte }

// Write keeps the end.
func (t *tail) Write(p []byte) (int, error) {
	const most = 2 << 10
	t.b = append(t.b, p...)
	if len(t.b) > most {
		t.b = append([]byte(nil), t.b[len(t.b)-most:]...)
	}
	return len(p), nil
}

func (t *tail) text() string { return strings.TrimSpace(string(t.b)) }

// A source is what a video is, as far as making copies needs it.
type source struct {
	width, height int // as it is shown
	seconds       float64
	pictures      float64 // a second
	fits          bool    // its pictures can be taken over as they are
	rate          int64
}

// probe finds out what a video or sound is. Unsupported for what is none, or cannot be read.
func (t *tool) probe(ctx context.Context, folder string, video *os.File, kind string) (*source, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	var out strings.Builder
	err := t.run(ctx, t.ffprobe, folder, video, guarded("-print_format", "json", "-show_streams", "-show_format", input), func(line string) {
		if out.Len() < 4<<20 {
			out.WriteString(line + "\n")
		}
	})
	if err != nil {
		return nil, err
	}
	var p struct {
		Streams []struct {
			Type        string `json:"codec_type"`
			Codec       string `json:"codec_name"`
			Format      string `json:"pix_fmt"`
			Width       int
			Height      int
			Rate        string `json:"bit_rate"`
			Pictures    string `json:"avg_frame_rate"`
			Disposition struct {
				Picture int `json:"attached_pic"`
			}
			Side []struct {
				Rotation float64
			} `json:"side_data_list"`
		}
		Format struct{ Duration string }
	}
	if err := json.Unmarshal([]byte(out.String()), &p); err != nil {
		return nil, fault.Wrap(err, fault.Unsupported, "fault.film.unreadable")
	}
	seconds, _ := strconv.ParseFloat(p.Format.Duration, 64)
	for _, s := range p.Streams {
		if kind == media.Audio && s.Type == kind && seconds > 0 && seconds <= secondsMax {
			return &source{seconds: seconds}, nil
		}
		if kind == media.Audio || s.Type != "video" || s.Disposition.Picture != 0 {
			continue
		}
		src := &source{width: s.Width, height: s.Height, seconds: seconds, pictures: fraction(s.Pictures)}
		for _, side := range s.Side {
			if turned := int(side.Rotation) % 180; turned != 0 {
				src.width, src.height = s.Height, s.Width
			}
		}
		src.rate, _ = strconv.ParseInt(s.Rate, 10, 64)
		src.fits = s.Codec == "h264" && s.Format == "yuv420p" && len(s.Side) == 0 && min(s.Width, s.Height) <= heights[0] &&
			src.rate > 0 && src.rate <= rateOf(min(s.Width, s.Height))*3/2
		if src.width < 2 || src.height < 2 || src.width > sideMax || src.height > sideMax || seconds <= 0 || seconds > secondsMax {
			return nil, fault.New(fault.Unsupported, "fault.film.large").Because("%d×%d, %.0f s", src.width, src.height, seconds)
		}
		return src, nil
	}
	return nil, fault.New(fault.Unsupported, "fault.film.unreadable").Because("no pictures or sound")
}

// fraction is the number that "30000/1001" is, 0 for what is none.
func fraction(s string) float64 {
	a, b, _ := strings.Cut(s, "/")
	n, err := strconv.ParseFloat(a, 64)
	d, problem := strconv.ParseFloat(b, 64)
	if err != nil || problem != nil || d <= 0 || !(n > 0) {
		return 0
	}
	return n / d
}

// poster makes a picture of a video, a tenth into it, and returns its file.
func (t *tool) poster(ctx context.Context, folder string, video *os.File, src *source) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	at := min(src.seconds/10, 60)
	file := filepath.Join(folder, "poster.jpg")
	err := t.run(ctx, t.ffmpeg, folder, video, writing(guarded("-ss", fmt.Sprintf("%.2f", at), "-i", input, "-map", "0:v:0", "-an"), bare,
		[]string{"-frames:v", "1", "-vf", "scale='min(1280,iw)':-2", "-q:v", "4", "-f", "image2", "-update", "1", file}), func(string) {})
	if err == nil {
		_, err = os.Stat(file)
	}
	return file, err
}

// writing are the arguments of ffmpeg that writes over what it began before.
func writing(parts ...[]string) []string {
	return slices.Concat(append([][]string{{"-nostdin", "-y"}}, parts...)...)
}

// told reads how many seconds are done from what ffmpeg says of its progress.
func told(done func(seconds float64)) func(line string) {
	return func(line string) {
		if us, ok := strings.CutPrefix(line, "out_time_us="); ok {
			if n, err := strconv.ParseInt(us, 10, 64); err == nil {
				done(float64(n) / 1e6)
			}
		}
	}
}

// rateOf is how many bits a second a rendition may take, by its shorter side.
func rateOf(side int) int64 {
	switch {
	case side > 720:
		return 5_000_000
	case side > 480:
		return 2_800_000
	case side > 360:
		return 1_400_000
	}
	return 800_000
}

// pieceSeconds is how long a piece of a rendition plays.
const pieceSeconds = 4

// rendition makes one copy of a video and tells how many seconds of it are
// done. It returns what is known of the copy, and its file.
func (t *tool) rendition(ctx context.Context, folder string, video *os.File, src *source, s size, done func(seconds float64)) (*Rendition, string, error) {
	ctx, cancel := context.WithTimeout(ctx, baseTime+time.Duration(src.seconds*slowness*float64(time.Second)))
	defer cancel()
	name, rate := strconv.Itoa(s.name), rateOf(s.name)
	media, list := filepath.Join(folder, name+".mp4"), filepath.Join(folder, name+".m3u8")
	pictures := []string{
		"-vf", fmt.Sprintf("scale=%d:%d,format=yuv420p", s.width, s.height), "-c:v", "libx264", "-preset", "veryfast", "-crf", "23",
		"-maxrate", strconv.FormatInt(rate, 10), "-bufsize", strconv.FormatInt(2*rate, 10), "-force_key_frames", fmt.Sprintf("expr:gte(t,n_forced*%d)", pieceSeconds), "-fpsmax", "60",
	}
	if src.fits && s.name == min(src.width, src.height) {
		pictures = append([]string{"-c:v", "copy"}, bareStream...)
	}
	args := writing(guarded("-i", input, "-map", "0:v:0", "-map", "0:a:0?"), bare, pictures, []string{"-c:a", "aac", "-b:a", "128k", "-ac", "2",
		"-f", "hls", "-hls_time", strconv.Itoa(pieceSeconds), "-hls_playlist_type", "vod",
		"-hls_segment_type", "fmp4", "-hls_flags", "single_file", "-hls_segment_filename", name + ".mp4", "-progress", "pipe:1", list})
	err := t.run(ctx, t.ffmpeg, folder, video, args, told(done))
	if err != nil {
		return nil, "", err
	}
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, "", err
	}
	r := &Rendition{Name: name, Width: s.width, Height: s.height, Playlist: string(text), Rate: int(math.Round(min(src.pictures, 60)))}
	if r.Bandwidth, err = bandwidth(r.Playlist); err != nil {
		return nil, "", err
	}
	r.Codecs, err = codecs(media)
	return r, media, err
}

// bandwidth is how many bits a second the most demanding piece of a playlist takes.
func bandwidth(playlist string) (most int64, err error) {
	var seconds float64
	for _, line := range strings.Split(playlist, "\n") {
		if v, ok := strings.CutPrefix(line, "#EXTINF:"); ok {
			if seconds, err = strconv.ParseFloat(strings.TrimSuffix(v, ","), 64); err != nil {
				return 0, err
			}
		}
		if v, ok := strings.CutPrefix(line, "#EXT-X-BYTERANGE:"); ok && seconds > 0 {
			length, _, _ := strings.Cut(v, "@")
			n, err := strconv.ParseInt(length, 10, 64)
			if err != nil {
				return 0, err
			}
			most = max(most, int64(float64(8*n)/seconds))
		}
	}
	if most == 0 {
		return 0, errors.New("a playlist without pieces")
	}
	return most, nil
}

// codecs reads from the head of a copy what a player must know (RFC 6381 §3.3).
func codecs(media string) (string, error) {
	f, err := os.Open(media)
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, 16<<10)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	head = head[:n]
	i := strings.Index(string(head), "avcC")
	if i < 0 || i+8 > n {
		return "", errors.New("a copy without H.264")
	}
	all := fmt.Sprintf("avc1.%06x", binary.BigEndian.Uint32(head[i+4:i+8])&0xffffff)
	if strings.Contains(string(head), "mp4a") {
		all += ",mp4a.40.2"
	}
	return all, nil
}
