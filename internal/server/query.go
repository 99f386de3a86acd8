package server

import (
	"net/http"

	"allod/internal/fault"
	"allod/internal/id"
)

// QueryID reads an id of the address, 0 where there is none. It returns Invalid for what is no id.
func QueryID(r *http.Request, name string) (id.ID, error) {
	s := r.URL.Query().Get(name)
	if s == "" || s == "0" {
		return 0, nil
	}
	v, err := id.Parse(s)
	if err != nil {
		return 0, wrongField(name)
	}
	return v, nil
}

// PathID reads an id of the path. What is no id is NotFound, as nothing can have it.
func PathID(r *http.Request, name string) (id.ID, error) {
	v, err := id.Parse(r.PathValue(name))
	if err != nil {
		return 0, fault.Wrap(err, fault.NotFound, "")
	}
	return v, nil
}

// wrongField is the Invalid of a value that is not of its field's kind.
func wrongField(name string) error {
	return fault.New(fault.Invalid, "fault.request.field", "field", name).In(name)
}
