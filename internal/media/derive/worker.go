package derive

import (
	"errors"
	"fmt"
	"image"
	"io"
	"os"
)

// Worker is the whole life of the child process: the program calls it when it
// is started with [Config].Args, passing its standard input and output, and
// exits with the status returned. It reads one job, locks the process down
// for good, and only then reads the picture. What the job names it may need is made ready before.
func Worker(stdin io.Reader, stdout io.Writer) int {
	var j job
	if err := readHeader(stdin, &j); err != nil {
		fmt.Fprintln(os.Stderr, "read job:", err)
		return 2
	}
	if err := writeResult(stdout, answer(stdin, j)); err != nil {
		fmt.Fprintln(os.Stderr, "write result:", err)
		return 2
	}
	return 0
}

func answer(stdin io.Reader, j job) result {
	c, err := newCodec(j.Format)
	if err != nil {
		return result{Refusal: refuse(unconfined, "library: %v", err)}
	}
	if err := confine(j.Limits, j.Seconds); err != nil {
		return result{Refusal: refuse(unconfined, "%v", err)}
	}
	var res result
	if j.Format == movie {
		res.Film, err = film(stdin, j)
	} else {
		res.Picture, err = derive(stdin, j, c)
	}
	if err == nil {
		return res
	}
	var r *refusal
	if !errors.As(err, &r) {
		r = refuse(broken, "%.200s", err)
	}
	return result{Refusal: r}
}

// derive makes the picture of a job. A decoder that panics has met a broken
// picture: this process has no other, so nothing is left in a strange state.
func derive(src io.Reader, j job, c *codec) (p *Picture, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			p, err = nil, refuse(broken, "decoder panicked: %.200s", fmt.Sprint(thrown))
		}
	}()
	data, err := io.ReadAll(io.LimitReader(src, j.Limits.Bytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > j.Limits.Bytes {
		return nil, refuse(tooLarge, "file over %d bytes", j.Limits.Bytes)
	}
	o, err := decode(data, c, j.Limits)
	if err != nil {
		return nil, err
	}
	p, err = o.picture(j.Sizes)
	if err == nil && j.Facts {
		p.Facts = factsOf(p.Format, data)
	}
	return p, err
}

// picture derives all of an original that was asked for.
func (o *original) picture(sizes []Size) (*Picture, error) {
	w, h := upright(o.image.Bounds().Dx(), o.image.Bounds().Dy(), o.orientation)
	p := &Picture{
		Format: o.format, Width: w, Height: h,
		Alpha: !opaque(o.image), Animated: o.animated,
	}
	stills := &stills{orientation: o.orientation, original: o.image}
	for _, s := range sizes {
		v, err := encode(stills.at(fit(w, h, s)), p.Alpha, o.lossless)
		if err != nil {
			return nil, err
		}
		v.Name = s.Name
		p.Variants = append(p.Variants, v)
	}
	if o.animation != nil {
		v, err := encodeAnimation(o.animation)
		if err != nil {
			return nil, err
		}
		p.Variants = append(p.Variants, v)
	}
	hash, err := blur(stills.at(fit(w, h, Size{MaxWidth: blurSide, MaxHeight: blurSide})))
	p.Blurhash = hash
	return p, err
}

// stills makes upright copies of an original, each from the smallest copy
// made before that is still large enough: a copy costs what it is made from.
type stills struct {
	orientation int
	original    image.Image // as stored
	made        []*image.RGBA
}

// at is the picture at w by h upright pixels.
func (s *stills) at(w, h int) *image.RGBA {
	var from *image.RGBA
	for _, m := range s.made {
		b := m.Bounds()
		if b.Dx() == w && b.Dy() == h {
			return m
		}
		// Twice the size loses nothing that could be seen.
		roomy := b.Dx() >= 2*w && b.Dy() >= 2*h
		if roomy && (from == nil || b.Dx() < from.Bounds().Dx()) {
			from = m
		}
	}
	var copied *image.RGBA
	if from != nil {
		copied = resize(from, w, h)
	} else {
		sw, sh := upright(w, h, s.orientation) // stored sides; swapping is its own inverse
		copied = turn(resize(s.original, sw, sh), s.orientation)
	}
	s.made = append(s.made, copied)
	return copied
}
