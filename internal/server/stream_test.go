package server_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"allod/internal/fault"
	"allod/internal/server"
)

// TestOnlyBodiesThatADoorTrustsAreOfAnySize: the cap of every other body stays.
func TestOnlyBodiesThatADoorTrustsAreOfAnySize(t *testing.T) {
	c := config()
	c.Origin, c.MaxBody = "http://home.example", 1000
	door := server.Door{Log: c.Log, Face: keys}
	s := httptest.NewServer(stand(t, c, door.Handler(func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.Path == "/trusted" {
			server.Stream(r)
		}
		n, err := io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/refused" {
			server.Stream(r)
			server.Drain(r)
			return fault.New(fault.Conflict, "")
		}
		if err == nil && n != 8<<20 {
			err = errors.New("the body is not whole")
		}
		return server.BodyError(err)
	}).ServeHTTP))
	defer s.Close()
	for path, want := range map[string]int{"/trusted": http.StatusOK, "/": http.StatusRequestEntityTooLarge, "/refused": http.StatusConflict} {
		for _, length := range []int64{8 << 20, -1} {
			r, err := http.NewRequest(http.MethodPut, s.URL+path, strings.NewReader(strings.Repeat("a", 8<<20)))
			if err != nil {
				t.Fatal(err)
			}
			r.Host, r.ContentLength = "home.example", length
			res, err := s.Client().Do(r)
			if path == "/" && err != nil {
				continue // cut off in the middle, as whoever is not trusted is
			}
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != want {
				t.Errorf("%s, %d bytes: %d", path, length, res.StatusCode)
			}
		}
	}
}
