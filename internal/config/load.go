package config

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"

	"allod/internal/listener"
)

// fileName is the file looked for in the data folder.
const fileName = "allod.toml"

// Load reads the configuration of a command. It adds the flags of all
// settings and --config to flags, which may have others of the command's own,
// and parses args with them. The error is [flag.ErrHelp] where help was asked
// for; every other names the place at fault: a flag, a variable, or file and
// line. No error quotes the database URL.
func Load(flags *flag.FlagSet, args []string, getenv func(string) string) (Config, error) {
	all := settings()
	given := map[string]*string{}
	for _, s := range all {
		given[s.name] = flags.String(s.name, "", "`"+s.value+"`: "+s.usage)
	}
	file := flags.String("config", getenv("ALLOD_CONFIG"), "`FILE`: settings, instead of "+fileName+" in the data folder")
	if err := flags.Parse(args); err != nil {
		return Config{}, err
	}
	set := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { set[f.Name] = true })

	c := Default(getenv)
	c.Manager = listener.Manager{
		Notify: getenv("NOTIFY_SOCKET"), GivenTo: getenv("LISTEN_PID"), Given: getenv("LISTEN_FDS"), Handover: getenv("ALLOD_HANDOVER"),
	}
	// above is what environment and flags say; they go over the file.
	above := func(only ...string) error {
		for _, s := range all {
			if len(only) > 0 && s.name != only[0] {
				continue
			}
			if value := getenv(s.env()); value != "" {
				if err := s.apply(&c, value, s.env()); err != nil {
					return err
				}
			}
			if set[s.name] {
				if err := s.apply(&c, *given[s.name], "--"+s.name); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := above("data"); err != nil { // where the file is
		return Config{}, err
	}
	if err := c.readFile(all, *file); err != nil {
		return Config{}, err
	}
	if err := above(); err != nil {
		return Config{}, err
	}
	return c, c.check()
}

// apply sets one value that was found at a place.
func (s setting) apply(c *Config, value, place string) error {
	err := s.set(c, value)
	if err != nil && s.secret {
		return fmt.Errorf("%s: %w", place, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %.200q: %w", place, value, err)
	}
	return nil
}

// readFile reads the file that was named, or the one in the data folder if
// there is one.
func (c *Config) readFile(all []setting, named string) error {
	name := named
	if name == "" {
		name = filepath.Join(c.Data, fileName)
	}
	source, err := os.ReadFile(name)
	if named == "" && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	c.File = name
	values := map[string]any{}
	if _, err := toml.Decode(string(source), &values); err != nil {
		var at toml.ParseError
		if errors.As(err, &at) {
			return fmt.Errorf("%s line %d: %s", name, at.Position.Line, at.Message)
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	if _, ok := values["data"]; ok && named == "" {
		return fmt.Errorf("%s line %d: data cannot be moved from inside the data folder", name, line(source, "data"))
	}
	for _, s := range all {
		value, ok := values[s.name]
		if !ok {
			continue
		}
		delete(values, s.name)
		place := fmt.Sprintf("%s line %d: %s", name, line(source, s.name), s.name)
		text, err := asText(value)
		if err != nil {
			return fmt.Errorf("%s: %w", place, err)
		}
		if err := s.apply(c, text, place); err != nil {
			return err
		}
	}
	return unknown(name, source, values)
}

// unknown is the error about the first key that is left, nil if none is.
func unknown(name string, source []byte, left map[string]any) error {
	first, key := 0, ""
	for k := range left {
		if n := line(source, k); key == "" || n < first {
			first, key = n, k
		}
	}
	if key == "" {
		return nil
	}
	return fmt.Errorf("%s line %d: there is no setting %q", name, first, key)
}

// line is the number of the first line that begins with a key or opens a
// table of that name; 1 if it is spelled in a way not foreseen here.
func line(source []byte, key string) int {
	n := 0
	for text := range strings.Lines(string(source)) {
		n++
		rest, ok := strings.CutPrefix(strings.TrimLeft(text, " \t[\"'"), key)
		if rest = strings.TrimLeft(rest, "\"' \t"); ok && rest != "" && strings.ContainsRune("=.]", rune(rest[0])) {
			return n
		}
	}
	return 1
}

// asText is the text of a value in the file: a string, or a list of strings.
func asText(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case []any:
		parts := make([]string, len(v))
		for i, part := range v {
			s, ok := part.(string)
			if !ok {
				return "", errors.New("is a list of something else than strings")
			}
			parts[i] = s
		}
		return strings.Join(parts, ","), nil
	}
	return "", errors.New("is neither a string nor a list of strings")
}
