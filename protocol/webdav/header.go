package webdav

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Depth is how far below a resource a method goes.
type Depth int

// The depths.
const (
	Zero Depth = iota
	One
	Infinity
)

// ParseDepth reads the Depth header (RFC 4918 §10.2), or says what is meant without one.
func ParseDepth(h http.Header, otherwise Depth) (Depth, error) {
	switch v := strings.ToLower(h.Get("Depth")); v {
	case "":
		return otherwise, nil
	case "0":
		return Zero, nil
	case "1":
		return One, nil
	case "infinity":
		return Infinity, nil
	default:
		return 0, fmt.Errorf("Depth is %.40q", v)
	}
}

// Overwrite reads the Overwrite header (RFC 4918 §10.6): what is not forbidden is allowed.
func Overwrite(h http.Header) (bool, error) {
	switch v := h.Get("Overwrite"); {
	case v == "" || strings.EqualFold(v, "t") || strings.EqualFold(v, "true"):
		return true, nil
	case strings.EqualFold(v, "f") || strings.EqualFold(v, "false"):
		return false, nil
	default:
		return false, fmt.Errorf("Overwrite is %.40q", v)
	}
}

// ErrElsewhere is that a Destination is on another server.
var ErrElsewhere = errors.New("the destination is on another server")

// Destination reads the Destination header (RFC 4918 §10.3), an address or a path of
// one, and returns its path, percent-encoded as it came. ErrElsewhere for one of another host.
func Destination(h http.Header, host string) (string, error) {
	v := h.Get("Destination")
	if v == "" {
		return "", errors.New("there is no Destination")
	}
	return localPath(v, host)
}

func localPath(address, host string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("%.80q is no address", address)
	}
	if u.Host != "" && !strings.EqualFold(bare(u.Host), bare(host)) {
		return "", ErrElsewhere
	}
	if !strings.HasPrefix(u.Path, "/") {
		return "", fmt.Errorf("%.80q is no address", address)
	}
	return u.EscapedPath(), nil
}

// bare is a host without the ports that need not be said.
func bare(host string) string {
	host = strings.TrimSuffix(host, ":443")
	return strings.TrimSuffix(host, ":80")
}

// Clean takes a percent-encoded path apart into its names, and refuses one that
// has an encoded slash in a name, or leads upward.
func Clean(escaped string) ([]string, error) {
	var names []string
	for part := range strings.SplitSeq(escaped, "/") {
		if part == "" {
			continue
		}
		name, err := url.PathUnescape(part)
		if err != nil {
			return nil, fmt.Errorf("%.80q is not percent-encoded", part)
		}
		if name == "." || name == ".." || strings.ContainsAny(name, "/\x00") {
			return nil, fmt.Errorf("%.80q is no name", name)
		}
		names = append(names, name)
	}
	return names, nil
}

// Timeout reads the Timeout header (RFC 4918 §10.7): the first that is not above most, or most.
func Timeout(h http.Header, most time.Duration) time.Duration {
	for one := range strings.SplitSeq(h.Get("Timeout"), ",") {
		seconds, ok := strings.CutPrefix(strings.TrimSpace(one), "Second-")
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(seconds, 10, 32)
		if err == nil && n > 0 && time.Duration(n)*time.Second <= most {
			return time.Duration(n) * time.Second
		}
	}
	return most
}

// Quoted reads an entity tag as clients send it, with or without quotes, a W/ or a ;-gzip, as proxies add it.
func Quoted(tag string) string {
	tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
	tag = strings.Trim(tag, `"`)
	return strings.TrimSuffix(strings.TrimSuffix(tag, "-gzip"), ";gzip")
}

// Tags are the entity tags of If-Match or If-None-Match. "*" is one of them.
func Tags(header string) (tags []string) {
	for one := range strings.SplitSeq(header, ",") {
		if t := Quoted(one); t != "" {
			tags = append(tags, t)
		}
	}
	return tags
}
