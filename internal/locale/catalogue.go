package locale

import (
	"errors"
	"fmt"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/feature/plural"
)

// A catalogue is one language's file and its chapters. The table "language" says what the
// language is; every other table holds messages.
type catalogue struct {
	Name     string   // in itself
	Dir      string   // "ltr" or "rtl"
	Group    string   // between thousands
	Months   []string // in the form a date takes, January first
	Weekdays []string // in the form a date takes, Sunday first
	messages map[string]message
}

// about is the table every catalogue describes its language in.
const about = "language"

// readCatalogue reads a catalogue from its TOML text.
func readCatalogue(text []byte) (*catalogue, error) {
	var head struct{ Language catalogue }
	if err := toml.Unmarshal(text, &head); err != nil {
		return nil, err
	}
	c := head.Language
	if err := c.complete(); err != nil {
		return nil, err
	}
	c.messages = map[string]message{}
	return &c, c.add(text)
}

// add reads the messages of a file. One that is there already is an error.
func (c *catalogue) add(text []byte) error {
	var tables map[string]any
	if err := toml.Unmarshal(text, &tables); err != nil {
		return err
	}
	delete(tables, about)
	return c.flatten("", tables)
}

// complete reports what a language forgot to say of itself.
func (c *catalogue) complete() error {
	switch {
	case c.Name == "":
		return errors.New("it does not name itself")
	case c.Dir != "ltr" && c.Dir != "rtl":
		return fmt.Errorf("its direction is %q, not ltr or rtl", c.Dir)
	case len(c.Months) != 12:
		return fmt.Errorf("it has %d months", len(c.Months))
	case len(c.Weekdays) != 7:
		return fmt.Errorf("it has %d days of the week", len(c.Weekdays))
	}
	return nil
}

// flatten adds the messages of a table and the tables within it.
func (c *catalogue) flatten(prefix string, table map[string]any) error {
	for name, value := range table {
		key := prefix + name
		switch value := value.(type) {
		case string:
			t, err := parse(value)
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			if err := c.put(key, message{text: t}); err != nil {
				return err
			}
		case map[string]any:
			if _, ok := value[categories[plural.Other]].(string); ok {
				m, err := readPlural(value)
				if err != nil {
					return fmt.Errorf("%s: %w", key, err)
				}
				if err := c.put(key, m); err != nil {
					return err
				}
				continue
			}
			if err := c.flatten(key+".", value); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s: neither a text nor a table", key)
		}
	}
	return nil
}

func (c *catalogue) put(key string, m message) error {
	if _, ok := c.messages[key]; ok {
		return fmt.Errorf("%s: said twice", key)
	}
	c.messages[key] = m
	return nil
}

// readPlural reads a table of plural categories.
func readPlural(table map[string]any) (message, error) {
	m := message{plural: map[plural.Form]template{}}
	for category, name := range categories {
		value, ok := table[name]
		if !ok {
			continue
		}
		text, ok := value.(string)
		if !ok {
			return m, fmt.Errorf("the form %q is no text", name)
		}
		t, err := parse(text)
		if err != nil {
			return m, err
		}
		m.plural[category] = t
	}
	if len(m.plural) != len(table) {
		return m, errors.New("it mixes plural categories and other names")
	}
	return m, nil
}
