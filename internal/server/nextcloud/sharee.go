package nextcloud

import (
	"net/http"
	"strconv"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/protocol/ocs"
)

// Limits of a search for people.
const (
	shareesMax  = 50
	soughtAmong = 2000 // people who are looked at
	soughtMax   = 200  // bytes of a name
)

// findSharees answers with whom something can be shared: people here whose names hold what is
// sought. Nobody is listed to who seeks nothing.
func (d *door) findSharees(w http.ResponseWriter, r *http.Request) error {
	sought := account.Fold(strings.TrimSpace(r.URL.Query().Get("search")))
	all := ocs.NewSharees()
	if sought == "" || len(sought) > soughtMax {
		return reply(w, r, all)
	}
	most := shareesMax
	if n, err := strconv.Atoi(r.URL.Query().Get("perPage")); err == nil && n > 0 {
		most = min(most, n)
	}
	exact, err := d.People.ByName(r.Context(), sought)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if err == nil && exact.Local && exact.ID != me(r).who.ID {
		all.Exact.Users = append(all.Exact.Users, sharee(exact))
	}
	people, err := d.People.Residents(r.Context(), 0, soughtAmong)
	if err != nil {
		return err
	}
	for _, a := range people {
		if len(all.Users) == most {
			break
		}
		if a.ID != me(r).who.ID && account.Fold(a.Name) != sought && (strings.Contains(account.Fold(a.Name), sought) || strings.Contains(account.Fold(a.DisplayName), sought)) {
			all.Users = append(all.Users, sharee(a))
		}
	}
	return reply(w, r, all)
}

// recommendSharees answers with whom things are shared already.
func (d *door) recommendSharees(w http.ResponseWriter, r *http.Request) error {
	all := ocs.NewSharees()
	grants, err := d.Files.GrantedBy(r.Context(), me(r).who.ID)
	if err != nil {
		return err
	}
	known := map[id.ID]bool{me(r).who.ID: true}
	for _, g := range grants {
		if to := g.Grant.ReceiverID; !known[to] && len(all.Users) < shareesMax {
			known[to] = true
			if a := d.called(r, to); a.Name != "" {
				all.Users = append(all.Users, sharee(a))
			}
		}
	}
	return reply(w, r, all)
}

func sharee(a *account.Account) ocs.ShareeOne {
	return ocs.ShareeOne{Label: displayName(a), Icon: "icon-user", Unique: a.Name, Value: ocs.ShareeValue{Type: ocs.ShareUser, With: a.Name}, Status: []string{}}
}
