package derive

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// The two processes speak one round. Parent to worker: a header (a job), then
// the picture's bytes to the end of the pipe. Worker to parent: a header (a
// result), then the variants' bytes, one after the other. A header is a
// length of four bytes, big-endian, and that much JSON.

const maxHeader = 64 << 10

type job struct {
	Sizes   []Size
	Limits  Limits
	Seconds int    // of CPU
	Format  string // as it looks from outside, for what must be made ready
	Facts   bool   // are asked for
}

type result struct {
	Refusal *refusal `json:",omitempty"`
	Picture *Picture `json:",omitempty"`
	Film    *Film    `json:",omitempty"`
	Lengths []int64  `json:",omitempty"` // bytes of each variant
}

// reason is why a worker declines a picture.
type reason string

const (
	unsupported reason = "unsupported"
	tooLarge    reason = "too large"
	broken      reason = "broken"
	unconfined  reason = "unconfined" // the worker could not lock itself down
)

// refusal is the error of everything the worker does.
type refusal struct {
	Reason reason
	Detail string
}

func (r *refusal) Error() string { return string(r.Reason) + ": " + r.Detail }

func refuse(why reason, format string, args ...any) *refusal {
	return &refusal{Reason: why, Detail: fmt.Sprintf(format, args...)}
}

func writeHeader(w io.Writer, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(body) > maxHeader {
		return errors.New("header too long")
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...))
	return err
}

func readHeader(r io.Reader, v any) error {
	var prefix [4]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(prefix[:])
	if n > maxHeader {
		return errors.New("header too long")
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	return json.Unmarshal(body, v)
}

func writeResult(w io.Writer, res result) error {
	if res.Picture != nil {
		for _, v := range res.Picture.Variants {
			res.Lengths = append(res.Lengths, int64(len(v.Data)))
		}
	}
	if err := writeHeader(w, res); err != nil {
		return err
	}
	if res.Picture == nil {
		return nil
	}
	for _, v := range res.Picture.Variants {
		if _, err := w.Write(v.Data); err != nil {
			return err
		}
	}
	return nil
}

// readResult reads a result and believes no length in it beyond limit.
func readResult(r io.Reader, limit int64) (*result, error) {
	var res result
	if err := readHeader(r, &res); err != nil {
		return nil, err
	}
	if res.Refusal != nil || res.Film != nil && res.Picture == nil {
		return &res, nil
	}
	if res.Picture == nil || len(res.Lengths) != len(res.Picture.Variants) {
		return nil, errors.New("result without picture or lengths")
	}
	for i, n := range res.Lengths {
		if n < 0 || n > limit {
			return nil, errors.New("variants longer than allowed")
		}
		limit -= n
		data := make([]byte, n)
		if _, err := io.ReadFull(r, data); err != nil {
			return nil, err
		}
		res.Picture.Variants[i].Data = data
	}
	return &res, nil
}
