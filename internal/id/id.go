// Package id makes time-ordered 63-bit identifiers that sort as Mastodon clients expect.
package id

import (
	"fmt"
	"strconv"
	"sync"
	"time"
)

// An ID is 48 bits of Unix milliseconds followed by 15 bits that tell apart
// the ids of one millisecond. Its text form is decimal. Zero is no id.
type ID int64

const (
	lowBits = 15
	lowMask = 1<<lowBits - 1
	// MaxLen is the length of the longest decimal form of an ID.
	MaxLen = 19
)

// Parse reads the decimal form that String writes. Signs, spaces, zero and
// anything longer than MaxLen are refused.
func Parse(s string) (ID, error) {
	if len(s) == 0 || len(s) > MaxLen || s[0] < '1' || s[0] > '9' {
		return 0, fmt.Errorf("%.24q is not an id", s)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%.24q is not an id", s)
	}
	return ID(n), nil
}

// String is the decimal form.
func (i ID) String() string { return strconv.FormatInt(int64(i), 10) }

// Time is the moment the id carries, to the millisecond.
func (i ID) Time() time.Time { return time.UnixMilli(int64(i) >> lowBits).UTC() }

// At is the lowest id of a moment.
func At(t time.Time) ID { return ID(max(t.UnixMilli(), 0) << lowBits) }

// First is the smallest id that carries the millisecond of t: a bound for pages by time.
func First(t time.Time) ID { return ID(t.UnixMilli() << lowBits) }

// A Source hands out ids, each one greater than all it handed out for the
// same millisecond before. It is safe for concurrent use.
type Source struct {
	now func() time.Time

	mu   sync.Mutex
	last int64           // millisecond of the newest id from Next
	seq  int64           // sequence within it
	back map[int64]int64 // sequences of milliseconds asked for through At
}

// NewSource returns a source for a home that runs as one process.
func NewSource(now func() time.Time) *Source { return &Source{now: now} }

// Next returns an id for this moment. Ids from Next rise strictly, also when
// the clock steps back.
func (s *Source) Next() ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	ms := s.now().UnixMilli()
	if ms <= s.last {
		ms = s.last
		s.seq++
		if s.seq >= 1<<lowBits {
			ms, s.seq = s.last+1, 0
		}
	} else {
		s.seq = 0
	}
	s.last = ms
	return ID(ms<<lowBits | s.seq)
}

// At returns an id that carries the millisecond of t, for things that
// happened elsewhere or before. It can collide with an id made before a
// restart or by another home's import; the primary key tells, and the caller
// asks again. The first of each millisecond starts at a place spread by nanoseconds of the clock.
func (s *Source) At(t time.Time) ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	ms := max(t.UnixMilli(), 1)
	room := int64(1) << lowBits
	if s.back == nil || len(s.back) > 4096 {
		s.back = map[int64]int64{}
	}
	seq, ok := s.back[ms]
	if ok {
		seq = (seq + 1) % room
	} else {
		seq = s.now().UnixNano() / 64 % room
	}
	s.back[ms] = seq
	return ID(ms<<lowBits | seq)
}
