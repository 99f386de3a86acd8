package account

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/id"
)

// columns are those of Account, in the order of scan and values.
const columns = `id, local, kind, name, host, uri, location, authority, url, display_name, bio, fields,
	inbox, shared_inbox, outbox, followers_uri, following_uri, avatar, header, also_known_as, moved_to, hue,
	locked, discoverable, indexable, bot, followers_count, following_count, posts_count, last_post_at,
	proved_at, created_at, updated_at, fetched_at, gone_at, featured_uri, domain, emoji, former`

// A scanned is an account on its way out of a row: its dest, in the order of
// columns, then account.
type scanned struct {
	a             Account
	fields, aka   string
	emoji         string
	former        string
	lastPost      int64
	proved, made  int64
	updated, seen int64
	gone          int64
}

// dest are the places that a row's columns are scanned into.
func (s *scanned) dest() []any {
	a := &s.a
	return []any{
		&a.ID, &a.Local, &a.Kind, &a.Name, &a.Host, &a.URI, &a.Location, &a.Authority, &a.URL, &a.DisplayName, &a.Bio, &s.fields,
		&a.Inbox, &a.SharedInbox, &a.Outbox, &a.FollowersURI, &a.FollowingURI, &a.Avatar, &a.Header, &s.aka, &a.MovedTo, &a.Hue,
		&a.Locked, &a.Discoverable, &a.Indexable, &a.Bot, &a.FollowersCount, &a.FollowingCount, &a.PostsCount, &s.lastPost,
		&s.proved, &s.made, &s.updated, &s.seen, &s.gone, &a.FeaturedURI, &a.Domain, &s.emoji, &s.former,
	}
}

// account is what was scanned.
func (s *scanned) account() (*Account, error) {
	a := &s.a
	for _, l := range []struct {
		text string
		into any
	}{{s.fields, &a.Fields}, {s.aka, &a.AlsoKnownAs}, {s.emoji, &a.Emoji}, {s.former, &a.Former}} {
		if l.text == "" || l.text == "[]" {
			continue
		}
		if err := json.Unmarshal([]byte(l.text), l.into); err != nil {
			return nil, fmt.Errorf("account %d: %w", a.ID, err)
		}
	}
	a.LastPostAt, a.ProvedAt, a.CreatedAt = moment(s.lastPost), moment(s.proved), moment(s.made)
	a.UpdatedAt, a.FetchedAt, a.GoneAt = moment(s.updated), moment(s.seen), moment(s.gone)
	return a, nil
}

// moment reads microseconds; 0 is never.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// micro writes microseconds; never is 0.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func scan(rows *db.Rows) (*Account, error) {
	var s scanned
	if err := rows.Scan(s.dest()...); err != nil {
		return nil, err
	}
	return s.account()
}

// The conditions that accounts are found by.
const (
	withID              = `id = $1`
	withIDs             = `id = ANY($1)`
	withURIs            = `uri = ANY($1)`
	withURI             = `uri = $1`
	withHandle          = `name_folded = $1 AND host = $2`
	withHandleOfAnother = `name_folded = $1 AND host = $2 AND uri <> $3`
	people              = `local AND gone_at = 0 AND kind <> 'application' ORDER BY id LIMIT 2`
	livingHere          = `name_folded = $1 AND host = '' AND local`
	residents           = `local AND gone_at = 0 AND kind <> 'application' AND id > $1 ORDER BY id LIMIT $2`
	carryingOther       = `local AND gone_at = 0 AND kind <> 'application' AND authority <> ''
		AND authority <> CASE WHEN domain = '' THEN $1 ELSE $2 || domain END AND id > $3 ORDER BY id LIMIT $4`
	listedHere = `local AND gone_at = 0 AND id IN (SELECT account_id FROM preference WHERE listed) ORDER BY id LIMIT $1`
)

func list(ctx context.Context, tx *db.Tx, where string, args ...any) ([]*Account, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM account WHERE `+where, args...)
	return db.Collect(rows, err, scan)
}

func one(ctx context.Context, tx *db.Tx, where string, args ...any) (*Account, error) {
	all, err := list(ctx, tx, where, args...)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, db.ErrNoRows
	}
	return all[0], nil
}

func jsonList[T any](l []T) (string, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(l)
	return string(b), err
}

// lists are the account's lists as they are kept.
func (a *Account) lists() (fields, aka, emoji string, err error) {
	if fields, err = jsonList(a.Fields); err != nil {
		return "", "", "", err
	}
	if aka, err = jsonList(a.AlsoKnownAs); err != nil {
		return "", "", "", err
	}
	emoji, err = jsonList(a.Emoji)
	return fields, aka, emoji, err
}

func insert(ctx context.Context, tx *db.Tx, a *Account) error {
	fields, aka, emoji, err := a.lists()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO account (`+columns+`, name_folded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
		$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, '', $39)`,
		a.ID, a.Local, string(a.Kind), a.Name, a.Host, a.URI, a.Location, a.Authority, a.URL, a.DisplayName, a.Bio, fields,
		a.Inbox, a.SharedInbox, a.Outbox, a.FollowersURI, a.FollowingURI, a.Avatar, a.Header, aka, a.MovedTo, a.Hue,
		a.Locked, a.Discoverable, a.Indexable, a.Bot, a.FollowersCount, a.FollowingCount, a.PostsCount, micro(a.LastPostAt),
		micro(a.ProvedAt), micro(a.CreatedAt), micro(a.UpdatedAt), micro(a.FetchedAt), micro(a.GoneAt), a.FeaturedURI, a.Domain, emoji, Fold(a.Name))
	return err
}

// update writes all that can change of an account; the URI, the counts and whether it is local cannot, here.
func update(ctx context.Context, tx *db.Tx, a *Account) error {
	fields, aka, emoji, err := a.lists()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE account SET kind = $2, name = $3, name_folded = $4, host = $5, location = $6, url = $7,
		display_name = $8, bio = $9, fields = $10, inbox = $11, shared_inbox = $12, outbox = $13, followers_uri = $14,
		following_uri = $15, avatar = $16, header = $17, also_known_as = $18, moved_to = $19, hue = $20, locked = $21,
		discoverable = $22, indexable = $23, bot = $24, proved_at = $25, updated_at = $26, fetched_at = $27, gone_at = $28,
		featured_uri = $29, emoji = $30 WHERE id = $1`,
		a.ID, string(a.Kind), a.Name, Fold(a.Name), a.Host, a.Location, a.URL, a.DisplayName, a.Bio, fields, a.Inbox, a.SharedInbox,
		a.Outbox, a.FollowersURI, a.FollowingURI, a.Avatar, a.Header, aka, a.MovedTo, a.Hue, a.Locked, a.Discoverable, a.Indexable,
		a.Bot, micro(a.ProvedAt), micro(a.UpdatedAt), micro(a.FetchedAt), micro(a.GoneAt), a.FeaturedURI, emoji)
	return err
}

// setAuthority fixes the origin of a local account's ids, once.
func setAuthority(ctx context.Context, tx *db.Tx, who id.ID, origin string) error {
	_, err := tx.Exec(ctx, `UPDATE account SET authority = $2 WHERE id = $1 AND authority = ''`, who, origin)
	return err
}

// move keeps where the ids of one who lives here are now, and where they were.
func move(ctx context.Context, tx *db.Tx, a *Account) error {
	former, err := json.Marshal(a.Former)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE account SET authority = $2, former = $3, updated_at = $4 WHERE id = $1`, a.ID, a.Authority, string(former), micro(a.UpdatedAt))
	return err
}

// elsewhere are those who live here whose ids carry another origin than one, by id.
// Those with a domain of their own are meant to carry that, after scheme.
func elsewhere(ctx context.Context, tx *db.Tx, origin, scheme string, after id.ID, limit int) ([]*Account, error) {
	return list(ctx, tx, carryingOther, origin, scheme, after, limit)
}

func setGone(ctx context.Context, tx *db.Tx, who id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE account SET gone_at = $2, domain = '' WHERE id = $1`, who, micro(at))
	return err
}

func countPosts(ctx context.Context, tx *db.Tx, who id.ID, delta int, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE account SET posts_count = CASE WHEN posts_count + $2 < 0 THEN 0 ELSE posts_count + $2 END,
		last_post_at = CASE WHEN last_post_at < $3 THEN $3 ELSE last_post_at END WHERE id = $1`, who, delta, micro(at))
	return err
}

func countFollows(ctx context.Context, tx *db.Tx, who id.ID, followers, following int64) error {
	_, err := tx.Exec(ctx, `UPDATE account SET
		followers_count = CASE WHEN followers_count + $2 < 0 THEN 0 ELSE followers_count + $2 END,
		following_count = CASE WHEN following_count + $3 < 0 THEN 0 ELSE following_count + $3 END WHERE id = $1`, who, followers, following)
	return err
}

// takeName gives a name out. A taken one is a unique violation.
func takeName(ctx context.Context, tx *db.Tx, name string, who id.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_name (name_folded, account_id, created_at) VALUES ($1, $2, $3)`, Fold(name), who, micro(at))
	return err
}

func nameTaken(ctx context.Context, tx *db.Tx, name string) (taken bool, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) > 0 FROM account_name WHERE name_folded = $1`, Fold(name)).Scan(&taken)
	return taken, err
}

// putKey keeps a key. A key that another account lists is not taken over: ok is false.
func putKey(ctx context.Context, tx *db.Tx, uri string, who id.ID, kind KeyKind, public, sealed []byte, at time.Time) (ok bool, err error) {
	if sealed == nil {
		sealed = []byte{}
	}
	n, err := tx.Exec(ctx, `INSERT INTO account_key (uri, account_id, kind, public, sealed, fetched_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (uri) DO UPDATE SET kind = excluded.kind, public = excluded.public, fetched_at = excluded.fetched_at
		WHERE account_key.account_id = excluded.account_id`, uri, who, string(kind), public, sealed, micro(at))
	return n == 1, err
}

// dropKeys forgets keys of who that are not in keep.
func dropKeys(ctx context.Context, tx *db.Tx, who id.ID, keep []string) error {
	_, err := tx.Exec(ctx, `DELETE FROM account_key WHERE account_id = $1 AND uri <> ALL($2)`, who, keep)
	return err
}

func keyByURI(ctx context.Context, tx *db.Tx, uri string) (*Key, error) {
	k := &Key{URI: uri}
	var public []byte
	var fetched int64
	err := tx.QueryRow(ctx, `SELECT account_id, kind, public, fetched_at FROM account_key WHERE uri = $1`, uri).
		Scan(&k.AccountID, &k.Kind, &public, &fetched)
	if err != nil {
		return nil, err
	}
	k.FetchedAt = moment(fetched)
	k.Public, err = x509.ParsePKIXPublicKey(public)
	return k, err
}

func publicKeys(ctx context.Context, tx *db.Tx, who id.ID) ([]*Key, error) {
	rows, err := tx.Query(ctx, `SELECT uri, kind, public FROM account_key WHERE account_id = $1 ORDER BY kind`, who)
	return db.Collect(rows, err, func(r *db.Rows) (*Key, error) {
		k := &Key{AccountID: who}
		var public []byte
		if err := r.Scan(&k.URI, &k.Kind, &public); err != nil {
			return nil, err
		}
		k.Public, err = x509.ParsePKIXPublicKey(public)
		return k, err
	})
}

func sealedKeys(ctx context.Context, tx *db.Tx, who id.ID) ([]keyRow, error) {
	rows, err := tx.Query(ctx, `SELECT kind, sealed FROM account_key WHERE account_id = $1 ORDER BY kind`, who)
	return db.Collect(rows, err, func(r *db.Rows) (k keyRow, err error) {
		err = r.Scan(&k.kind, &k.sealed)
		return k, err
	})
}

func getHome(ctx context.Context, tx *db.Tx) (*Home, error) {
	var h Home
	var made int64
	err := tx.QueryRow(ctx, `SELECT id, instance, restored, seal_public, setup_hash, created_at FROM home`).
		Scan(&h.actor, &h.Instance, &h.Restored, &h.SealPublic, &h.setupHash, &made)
	h.CreatedAt = moment(made)
	return &h, err
}

func insertHome(ctx context.Context, tx *db.Tx, h *Home) error {
	_, err := tx.Exec(ctx, `INSERT INTO home (id, instance, seal_public, setup_hash, created_at) VALUES ($1, $2, $3, $4, $5)`,
		h.actor, h.Instance, h.SealPublic, h.setupHash, micro(h.CreatedAt))
	return err
}

func setRestored(ctx context.Context, tx *db.Tx, mark string) error {
	_, err := tx.Exec(ctx, `UPDATE home SET restored = $1`, mark)
	return err
}

func setSetupHash(ctx context.Context, tx *db.Tx, hash []byte) error {
	_, err := tx.Exec(ctx, `UPDATE home SET setup_hash = $1`, hash)
	return err
}

// endSetup ends the token of a hash, if it is still the present one.
func endSetup(ctx context.Context, tx *db.Tx, hash []byte) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE home SET setup_hash = $1 WHERE setup_hash = $2`, []byte{}, hash)
	return n == 1, err
}

func setDomain(ctx context.Context, tx *db.Tx, a *Account) error {
	_, err := tx.Exec(ctx, `UPDATE account SET domain = $2, updated_at = $3 WHERE id = $1`, a.ID, a.Domain, micro(a.UpdatedAt))
	return err
}

// formerPlaces are the origins that ids of those who live here carried, and when each was left last.
func formerPlaces(ctx context.Context, tx *db.Tx) ([]Place, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT former FROM account WHERE local AND former <> '' ORDER BY former`)
	all, err := db.Collect(rows, err, db.Scalar[string])
	if err != nil {
		return nil, err
	}
	last := map[string]time.Time{}
	for _, text := range all {
		var places []Place
		if err := json.Unmarshal([]byte(text), &places); err != nil {
			return nil, fmt.Errorf("where somebody lived before: %w", err)
		}
		for _, p := range places {
			if p.Left.After(last[p.Origin]) {
				last[p.Origin] = p.Left
			}
		}
	}
	out := make([]Place, 0, len(last))
	for _, origin := range slices.Sorted(maps.Keys(last)) {
		out = append(out, Place{origin, last[origin]})
	}
	return out, nil
}

// A hostRow is a host that this home answers at: in ids of people here, or
// own, the domain of owner.
type hostRow struct {
	host  string
	own   bool
	owner id.ID
	left  bool // ids carried it, and do so no longer
}

// servedHosts are the hosts that ids of those who live here carry or carried, and those of their own.
func servedHosts(ctx context.Context, tx *db.Tx) ([]hostRow, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT authority FROM account WHERE local AND authority <> ''`)
	origins, err := db.Collect(rows, err, db.Scalar[string])
	if err != nil {
		return nil, err
	}
	var all []hostRow
	for _, o := range origins {
		if h, err := address.HostOf(o); err == nil {
			all = append(all, hostRow{host: h})
		}
	}
	left, err := formerPlaces(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, p := range left {
		if h, err := address.HostOf(p.Origin); err == nil {
			all = append(all, hostRow{host: h, left: true})
		}
	}
	rows, err = tx.Query(ctx, `SELECT domain, id FROM account WHERE domain <> '' ORDER BY domain`)
	own, err := db.Collect(rows, err, func(r *db.Rows) (h hostRow, err error) {
		h.own = true
		err = r.Scan(&h.host, &h.owner)
		return h, err
	})
	return append(all, own...), err
}

// claimedHosts are those that somebody began to claim after a moment.
func claimedHosts(ctx context.Context, tx *db.Tx, after time.Time) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT host FROM domain_claim WHERE created_at > $1`, micro(after))
	return db.Collect(rows, err, db.Scalar[string])
}

// The conditions that claims are found by.
const (
	withAccount = `account_id = $1`
	withToken   = `token = $1`
)

func getClaim(ctx context.Context, tx *db.Tx, where string, arg any) (*Claim, error) {
	c := &Claim{}
	var checked, made int64
	err := tx.QueryRow(ctx, `SELECT account_id, host, token, answer, problem, checked_at, created_at FROM domain_claim WHERE `+where, arg).
		Scan(&c.AccountID, &c.Host, &c.Token, &c.Answer, &c.Problem, &checked, &made)
	c.CheckedAt, c.CreatedAt = moment(checked), moment(made)
	return c, err
}

func putClaim(ctx context.Context, tx *db.Tx, c *Claim) error {
	_, err := tx.Exec(ctx, `INSERT INTO domain_claim (account_id, host, token, answer, problem, checked_at, created_at) VALUES ($1, $2, $3, $4, '', 0, $5)
		ON CONFLICT (account_id) DO UPDATE SET host = excluded.host, token = excluded.token, answer = excluded.answer, problem = '',
		checked_at = 0, created_at = excluded.created_at`, c.AccountID, c.Host, c.Token, c.Answer, micro(c.CreatedAt))
	return err
}

func checkedClaim(ctx context.Context, tx *db.Tx, c *Claim) error {
	_, err := tx.Exec(ctx, `UPDATE domain_claim SET problem = $2, checked_at = $3 WHERE account_id = $1`, c.AccountID, c.Problem, micro(c.CheckedAt))
	return err
}

func dropClaim(ctx context.Context, tx *db.Tx, who id.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM domain_claim WHERE account_id = $1`, who)
	return err
}

func countLocal(ctx context.Context, tx *db.Tx) (people, posts int64, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*), COALESCE(sum(posts_count), 0) FROM account WHERE local AND gone_at = 0 AND kind <> 'application'`).
		Scan(&people, &posts)
	return people, posts, err
}

func getPreference(ctx context.Context, tx *db.Tx, who id.ID) (*Preference, error) {
	p := &Preference{Visibility: "public", Rights: Reserved}
	err := tx.QueryRow(ctx, `SELECT language, visibility, post_language, zone, rights, listed FROM preference WHERE account_id = $1`, who).
		Scan(&p.Language, &p.Visibility, &p.PostLanguage, &p.Zone, &p.Rights, &p.Listed)
	return p, err
}

func putPreference(ctx context.Context, tx *db.Tx, who id.ID, p *Preference) error {
	rights := p.Rights
	if rights == "" {
		rights = Reserved
	}
	_, err := tx.Exec(ctx, `INSERT INTO preference (account_id, language, visibility, post_language, zone, rights, listed) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (account_id) DO UPDATE SET language = excluded.language, visibility = excluded.visibility,
		post_language = excluded.post_language, zone = excluded.zone, rights = excluded.rights, listed = excluded.listed`,
		who, p.Language, p.Visibility, p.PostLanguage, p.Zone, string(rights), p.Listed)
	return err
}

func getManners(ctx context.Context, tx *db.Tx) (m Manners, err error) {
	err = tx.QueryRow(ctx, `SELECT joining, all_invite, inward, about, rules FROM home`).
		Scan(&m.Joining, &m.AllInvite, &m.Inward, &m.About, &m.Rules)
	return m, err
}

func setManners(ctx context.Context, tx *db.Tx, m *Manners) error {
	_, err := tx.Exec(ctx, `UPDATE home SET joining = $1, all_invite = $2, inward = $3, about = $4, rules = $5`,
		string(m.Joining), m.AllInvite, m.Inward, m.About, m.Rules)
	return err
}

func indexable(ctx context.Context, tx *db.Tx, limit int) ([]*Account, error) {
	return list(ctx, tx, `local AND gone_at = 0 AND indexable AND kind <> 'application' AND domain = '' ORDER BY id LIMIT $1`, limit)
}
