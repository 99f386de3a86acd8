package ocs

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
)

// The media types of answers.
const (
	JSONType = "application/json; charset=utf-8"
	XMLType  = "application/xml; charset=utf-8"
)

// A Meta says how a request went.
type Meta struct {
	Status  string `json:"status"` // "ok" or "failure"
	Code    int    `json:"statuscode"`
	Message string `json:"message"`
	Total   string `json:"totalitems,omitempty"`
	PerPage string `json:"itemsperpage,omitempty"`
}

// Codes of the envelope that differ from those of HTTP.
const (
	okFirst         = 100 // of /ocs/v1.php
	unauthenticated = 997
	notFound        = 998
	failed          = 996
)

// MetaFor is the meta of an answer with a status of HTTP. The first version of the
// interface has numbers of its own; clients read both.
func MetaFor(version, status int, message string) Meta {
	m := Meta{Status: "ok", Code: status, Message: message}
	if status >= 400 {
		m.Status = "failure"
	} else if message == "" {
		m.Message = "OK"
	}
	if version != 1 {
		return m
	}
	switch {
	case status < 300:
		m.Code = okFirst
	case status == 401:
		m.Code = unauthenticated
	case status >= 500:
		m.Code = failed
	}
	return m
}

// HTTPStatus is the status of the answer itself: the first version of the
// interface answers 200 for all but what needs a password.
func HTTPStatus(version, status int) int {
	if version == 1 && status != 401 && status != 429 && status < 500 {
		return 200
	}
	return status
}

// Encode is an answer, compact, in JSON or XML. The data is anything that JSON
// can hold; a nil one is an empty list.
func Encode(asJSON bool, m Meta, data any) ([]byte, error) {
	if data == nil {
		data = []any{}
	}
	if asJSON {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		err := e.Encode(map[string]any{"ocs": envelope{m, data}})
		return bytes.TrimSpace(b.Bytes()), err
	}
	raw, err := json.Marshal(envelope{m, data})
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0"?>` + "\n")
	if err := convert(&b, d, "ocs"); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

type envelope struct {
	Meta Meta `json:"meta"`
	Data any  `json:"data"`
}

// convert writes the next JSON value as an element, in the order in which it comes: an item of a
// list is an element, true is 1, false and null are empty.
func convert(b *bytes.Buffer, d *json.Decoder, name string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	name = elementName(name)
	switch t := token.(type) {
	case json.Delim:
		b.WriteString("<" + name + ">")
		for d.More() {
			child := "element"
			if t == '{' {
				key, err := d.Token()
				if err != nil {
					return err
				}
				child = fmt.Sprint(key)
			}
			if err := convert(b, d, child); err != nil {
				return err
			}
		}
		if _, err := d.Token(); err != nil && err != io.EOF {
			return err
		}
		b.WriteString("</" + name + ">")
		return nil
	case string:
		return text(b, name, t)
	case json.Number:
		return text(b, name, t.String())
	case bool:
		if t {
			return text(b, name, "1")
		}
	}
	return text(b, name, "")
}

func text(b *bytes.Buffer, name, value string) error {
	if value == "" {
		b.WriteString("<" + name + "/>")
		return nil
	}
	b.WriteString("<" + name + ">")
	err := xml.EscapeText(b, []byte(value))
	b.WriteString("</" + name + ">")
	return err
}

// elementName is a key as it can be called in XML. Keys are ours, but for numbers.
func elementName(key string) string {
	if _, err := strconv.Atoi(key); err == nil || key == "" {
		return "element"
	}
	return key
}
