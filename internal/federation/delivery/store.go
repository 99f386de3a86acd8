package delivery

import (
	"context"
	"errors"
	"slices"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func putActivity(ctx context.Context, tx *db.Tx, a *Activity) (kept id.ID, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO activity (id, account_id, uri, body, created_at, verb, post_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (uri) DO NOTHING`, a.ID, a.AccountID, a.URI, a.Body, micro(a.CreatedAt), a.Verb, a.Post); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT id FROM activity WHERE uri = $1`, a.URI).Scan(&kept)
	return kept, err
}

const activityColumns = `id, account_id, uri, body, created_at`

func scanActivity(r db.Row) (*Activity, error) {
	a := &Activity{}
	var made int64
	err := r.Scan(&a.ID, &a.AccountID, &a.URI, &a.Body, &made)
	a.CreatedAt = moment(made)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	return a, err
}

func activityByURI(ctx context.Context, tx *db.Tx, uri string) (*Activity, error) {
	return scanActivity(tx.QueryRow(ctx, `SELECT `+activityColumns+` FROM activity WHERE uri = $1`, uri))
}

func activityByID(ctx context.Context, tx *db.Tx, activity id.ID) (*Activity, error) {
	return scanActivity(tx.QueryRow(ctx, `SELECT `+activityColumns+` FROM activity WHERE id = $1`, activity))
}

func insertDelivery(ctx context.Context, tx *db.Tx, d *Delivery) error {
	_, err := tx.Exec(ctx, `INSERT INTO delivery (id, activity_id, host, inbox, state, lane, attempts, created_at, settled_at, error)
		VALUES ($1, $2, $3, $4, 'due', $5, 0, $6, 0, '') ON CONFLICT (activity_id, inbox) DO NOTHING`,
		d.ID, d.ActivityID, d.Host, d.Inbox, d.Lane, micro(d.CreatedAt))
	return err
}

const columns = `id, activity_id, host, inbox, lane, attempts, created_at`

func scan(r *db.Rows) (d Delivery, err error) {
	var made int64
	err = r.Scan(&d.ID, &d.ActivityID, &d.Host, &d.Inbox, &d.Lane, &d.Attempts, &made)
	d.CreatedAt = moment(made)
	return d, err
}

// ofFan are the deliveries to inboxes that no lane sends.
func ofFan(ctx context.Context, tx *db.Tx, activity id.ID, inboxes []string) ([]Delivery, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM delivery WHERE activity_id = $1 AND inbox = ANY($2) AND state = 'due' AND NOT lane
		ORDER BY id`, activity, inboxes)
	return db.Collect(rows, err, scan)
}

// leftBehind are deliveries outside of lanes that were made before a moment.
func leftBehind(ctx context.Context, tx *db.Tx, before time.Time, limit int) ([]Delivery, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM delivery WHERE state = 'due' AND NOT lane AND created_at < $1 ORDER BY host, id LIMIT $2`, micro(before), limit)
	return db.Collect(rows, err, scan)
}

func moveToLane(ctx context.Context, tx *db.Tx, ids []id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE delivery SET lane = TRUE WHERE id = ANY($1)`, ids)
	return err
}

// ofLane are the oldest deliveries in a host's lane, and whether an older one
// is still on its way outside of it.
func ofLane(ctx context.Context, tx *db.Tx, host string, limit int) (all []Delivery, behind bool, err error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM delivery WHERE host = $1 AND state = 'due' ORDER BY id LIMIT $2`, host, limit)
	all, err = db.Collect(rows, err, scan)
	for i, d := range all {
		if !d.Lane {
			return all[:i], true, err
		}
	}
	return all, false, err
}

func laneLeft(ctx context.Context, tx *db.Tx, host string) (left bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM delivery WHERE host = $1 AND state = 'due' AND lane)`, host).Scan(&left)
	return left, err
}

// waitingHosts are those of hosts that are owed something of another activity.
func waitingHosts(ctx context.Context, tx *db.Tx, activity id.ID, hosts []string) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT host FROM delivery WHERE host = ANY($1) AND state = 'due' AND activity_id <> $2`, hosts, activity)
	all, err := db.Collect(rows, err, db.Scalar[string])
	waiting := make(map[string]bool, len(all))
	for _, h := range all {
		waiting[h] = true
	}
	return waiting, err
}

func settle(ctx context.Context, tx *db.Tx, ids []id.ID, state string, lane bool, attempts int, at time.Time, words string) error {
	_, err := tx.Exec(ctx, `UPDATE delivery SET state = $2, lane = $3, attempts = $4, settled_at = $5, error = $6 WHERE id = ANY($1)`,
		ids, state, lane, attempts, micro(at), words)
	return err
}

func inboxesOf(ctx context.Context, tx *db.Tx, uri string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT d.inbox FROM delivery d JOIN activity a ON a.id = d.activity_id WHERE a.uri = $1 ORDER BY d.inbox`, uri)
	return db.Collect(rows, err, db.Scalar[string])
}

// forgetSettled drops at most limit old activities of which nothing is due, with their deliveries.
func forgetSettled(ctx context.Context, tx *db.Tx, before time.Time, limit int) (int64, error) {
	rows, err := tx.Query(ctx, `SELECT a.id FROM activity a WHERE a.created_at < $1
		AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.activity_id = a.id AND d.state = 'due') ORDER BY a.created_at LIMIT $2`, micro(before), limit)
	old, err := db.Collect(rows, err, db.Scalar[id.ID])
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM delivery WHERE activity_id = ANY($1)`, old); err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `DELETE FROM activity WHERE id = ANY($1)`, old)
}

func countDeliveries(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM delivery`).Scan(&n)
	return n, err
}

const hostColumns = `name, signature, failures, first_failed_at, succeeded_at, last_error, closed_until`

func scanHost(r *db.Rows) (*hostState, error) {
	h := &hostState{}
	var first, ok, until int64
	err := r.Scan(&h.name, &h.signature, &h.failures, &first, &ok, &h.lastError, &until)
	h.firstFailed, h.succeeded, h.closedUntil = moment(first), moment(ok), moment(until)
	return h, err
}

// hostNames are the hosts that something is known of, the failing ones first.
func hostNames(ctx context.Context, tx *db.Tx, limit int) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT name FROM host ORDER BY failures DESC, name LIMIT $1`, limit)
	return db.Collect(rows, err, db.Scalar[string])
}

func hostsNamed(ctx context.Context, tx *db.Tx, names []string) ([]*hostState, error) {
	rows, err := tx.Query(ctx, `SELECT `+hostColumns+` FROM host WHERE name = ANY($1) ORDER BY name`, names)
	return db.Collect(rows, err, scanHost)
}

// A hostCount is how many deliveries to a host are in a state.
type hostCount struct {
	host, state string
	n           int
}

// hostCounts count what did not arrive.
func hostCounts(ctx context.Context, tx *db.Tx, names []string) ([]hostCount, error) {
	rows, err := tx.Query(ctx, `SELECT host, state, count(*) FROM delivery WHERE host = ANY($1) AND state = 'due' GROUP BY host, state
		UNION ALL SELECT host, state, count(*) FROM delivery WHERE host = ANY($1) AND state NOT IN ('due', 'done') GROUP BY host, state
		ORDER BY 1, 2`, names)
	return db.Collect(rows, err, func(r *db.Rows) (c hostCount, err error) {
		err = r.Scan(&c.host, &c.state, &c.n)
		return c, err
	})
}

func scanDispatch(r *db.Rows) (*Dispatch, error) {
	d := &Dispatch{}
	var at int64
	err := r.Scan(&d.ID, &d.Account, &d.Verb, &d.Post, &at)
	d.At = moment(at)
	return d, err
}

func dispatchesOfPost(ctx context.Context, tx *db.Tx, post id.ID, limit int) ([]*Dispatch, error) {
	rows, err := tx.Query(ctx, `SELECT id, account_id, verb, post_id, created_at FROM activity WHERE post_id = $1 AND post_id <> 0
		ORDER BY id DESC LIMIT $2`, post, limit)
	return db.Collect(rows, err, scanDispatch)
}

func dispatchesOf(ctx context.Context, tx *db.Tx, who id.ID, verbs []string, limit int) ([]*Dispatch, error) {
	rows, err := tx.Query(ctx, `SELECT id, account_id, verb, post_id, created_at FROM activity WHERE account_id = $1 AND post_id <> 0
		AND verb = ANY($2) ORDER BY id DESC LIMIT $3`, who, verbs, limit)
	return db.Collect(rows, err, scanDispatch)
}

// A dispatchCount is how many deliveries of an activity are in a state.
type dispatchCount struct {
	activity id.ID
	state    string
	n        int
}

func dispatchCounts(ctx context.Context, tx *db.Tx, activities []id.ID) ([]dispatchCount, error) {
	rows, err := tx.Query(ctx, `SELECT activity_id, state, count(*) FROM delivery WHERE activity_id = ANY($1)
		GROUP BY activity_id, state ORDER BY activity_id, state`, activities)
	return db.Collect(rows, err, func(r *db.Rows) (c dispatchCount, err error) {
		err = r.Scan(&c.activity, &c.state, &c.n)
		return c, err
	})
}

// places are those that do not have an activity.
func places(ctx context.Context, tx *db.Tx, activity id.ID, limit int) ([]Place, error) {
	rows, err := tx.Query(ctx, `SELECT host, state, error, settled_at FROM delivery WHERE activity_id = $1 AND state <> 'done'
		ORDER BY state, host LIMIT $2`, activity, limit)
	return db.Collect(rows, err, func(r *db.Rows) (p Place, err error) {
		var at int64
		err = r.Scan(&p.Host, &p.State, &p.Error, &at)
		p.At = moment(at)
		return p, err
	})
}

// hostsWithout are the hosts where something sent of a post did not arrive.
func hostsWithout(ctx context.Context, tx *db.Tx, post id.ID, limit int) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT d.host FROM delivery d JOIN activity a ON a.id = d.activity_id
		WHERE a.post_id = $1 AND a.post_id <> 0 AND d.state <> 'done' ORDER BY d.host LIMIT $2`, post, limit)
	return db.Collect(rows, err, db.Scalar[string])
}

// revive has the newest deliveries to a host that ended in one of states tried again, with new patience.
func revive(ctx context.Context, tx *db.Tx, host string, states []string, now int64, limit int) error {
	_, err := tx.Exec(ctx, `UPDATE delivery SET state = 'due', lane = TRUE, created_at = $3, error = '' WHERE id IN
		(SELECT id FROM delivery WHERE host = $1 AND state NOT IN ('due', 'done') AND state = ANY($2) ORDER BY id DESC LIMIT $4)`, host, states, now, limit)
	return err
}

// lastVerb is "delete" for a post that was taken back, and otherwise "", for all.
func lastVerb(ctx context.Context, tx *db.Tx, post id.ID) (verb string, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(max(verb), '') FROM activity WHERE post_id = $1 AND post_id <> 0 AND verb = 'delete'`, post).Scan(&verb)
	return verb, err
}

// revivePost has deliveries of a post that ended in one of states tried again; those of one verb, or of all where it is "".
func revivePost(ctx context.Context, tx *db.Tx, post id.ID, verb string, states []string, now int64) error {
	_, err := tx.Exec(ctx, `UPDATE delivery SET state = 'due', lane = TRUE, created_at = $4, error = '' WHERE state = ANY($3)
		AND activity_id IN (SELECT id FROM activity WHERE post_id = $1 AND post_id <> 0 AND (verb = $2 OR $2 = ''))`, post, verb, states, now)
	return err
}

func hostStates(ctx context.Context, tx *db.Tx, limit int) ([]*hostState, error) {
	rows, err := tx.Query(ctx, `SELECT `+hostColumns+` FROM host WHERE failures > 0 OR signature <> '' ORDER BY name LIMIT $1`, limit)
	return db.Collect(rows, err, scanHost)
}

func putHost(ctx context.Context, tx *db.Tx, h *hostState) error {
	_, err := tx.Exec(ctx, `INSERT INTO host (name, signature, failures, first_failed_at, succeeded_at, last_error, closed_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO UPDATE SET signature = excluded.signature, failures = excluded.failures,
		first_failed_at = excluded.first_failed_at, succeeded_at = excluded.succeeded_at, last_error = excluded.last_error,
		closed_until = excluded.closed_until`,
		h.name, h.signature, h.failures, micro(h.firstFailed), micro(h.succeeded), h.lastError, micro(h.closedUntil))
	return err
}

// hostsOf are the hosts of deliveries, sorted, each once.
func hostsOf(all []Delivery) []string {
	hosts := make([]string, 0, len(all))
	for _, d := range all {
		hosts = append(hosts, d.Host)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// Heard are the addresses of servers that answered last, at most n.
func Heard(ctx context.Context, d *db.DB, n int) (addresses []string, err error) {
	err = d.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `SELECT name FROM host WHERE succeeded_at > 0 ORDER BY succeeded_at DESC, name LIMIT $1`, n)
		addresses, err = db.Collect(rows, err, db.Scalar[string])
		for i, name := range addresses {
			addresses[i] = "https://" + name + "/"
		}
		return err
	})
	return addresses, err
}
