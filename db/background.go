package db

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Task is work that comes up again and again and that nobody waits for. Any number of servers may do it at once.
type Task struct {
	// Name is what the log calls it.
	Name string
	// Every is the time between two runs.
	Every time.Duration
	// Step does a part of it that is bounded, and reports whether there is more to do at once.
	Step func(context.Context) (more bool, err error)
}

// Tasks are those that need nothing but the database: what was noted is written, and what does not count any more is removed. Each of them
// is not to be run twice at a time by one server.
func (d *DB) Tasks() []Task {
	tasks := []Task{
		// A column that may be empty makes no statement fail when it comes.
		{"look at the columns of Meet's tables", time.Minute, Whole(d.readRelease)},
		{"write when secrets were used", time.Minute, Whole(d.WriteSecretUses)},
		{"write when tokens of operators were used", time.Minute, Whole(d.WriteOperatorTokenUses)},
	}
	for _, r := range slices.Concat(removals, d.auditRemovals()) {
		tasks = append(tasks, Task{r.work(), time.Minute, func(ctx context.Context) (bool, error) { return d.remove(ctx, r) }})
	}
	for _, s := range sweeps {
		position := beforeAll
		tasks = append(tasks, Task{"remove orphans among " + s.rows, time.Hour, func(ctx context.Context) (bool, error) {
			return d.sweep(ctx, s, &position)
		}})
	}
	return tasks
}

// Whole is a step that does all there is to do.
func Whole(do func(context.Context) error) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) { return false, do(ctx) }
}

// maxRemoved is how many rows one step removes or looks at, so that none holds locks for long.
const maxRemoved = 1000

// removal removes rows of a table, called r, that do not count any more.
type removal struct {
	rows, table string
	// due is whether a row is to be removed.
	due string
	// since is when the oldest row became due, or will; empty: nobody asks.
	since string
}

// KeepAudit has the audit trail removed after so many days. It is to be called before Tasks; without it, all is kept.
func (d *DB) KeepAudit(days int) { d.auditDays = days }

// auditRemovals are those of the audit trail, by its time.
func (d *DB) auditRemovals() []removal {
	if d.auditDays == 0 {
		return nil
	}
	kept := fmt.Sprintf(`interval '%d days'`, d.auditDays)
	return []removal{
		{"events of the audit trail", "external_api.audit_event", `id < ` + madeBefore(kept), madeSince("external_api.audit_event", kept)},
		{"counts of tokens", "external_api.token_count", `hour < now() - ` + kept, `min(hour) + ` + kept},
	}
}

// madeBefore is the first id that can have been made so long ago, of those that begin with their time, in milliseconds, of 48 bits (RFC
// 9562, section 5.7).
func madeBefore(ago string) string {
	return `cast(rpad(lpad(to_hex(cast(extract(epoch from now() - ` + ago + `) * 1000 as bigint)), 12, '0'), 32, '0') as uuid)`
}

// madeSince is when the first of those ids of a table was, or will be, so long ago.
func madeSince(table, ago string) string {
	return `(select to_timestamp(cast(cast('x' || lpad(left(replace(cast(id as text), '-', ''), 12), 16, '0') as bit(64)) as bigint) / 1000)
		+ ` + ago + ` from ` + table + ` order by id limit 1)`
}

// removals are what is removed by time, or by what Meet has stored. What has expired is refused without being looked up; the margin is for
// clocks that differ. Rows of secrets without an end are those of the one in Meet's columns, or of one that Meet replaced. Rooms to be
// closed are given up by whoever tries to close them; these are for where nobody does any more. Tokens of the operators' API are listed for a
// month after their end. Orphans are those whose row of Meet is gone. Where Meet's whole table is empty they stay: a backup may
// just be being restored.
var removals = []removal{
	{"revoked tokens", "external_api.revoked_token",
		`expires_at < now() - interval '5 minutes'`, `min(expires_at) + interval '5 minutes'`},
	{"used assertions", "external_api.used_assertion",
		`expires_at < now() - interval '5 minutes'`, `min(expires_at) + interval '5 minutes'`},
	{"idempotency keys", "external_api.idempotency_key",
		`created_at <= now() - interval '24 hours'`, `min(created_at) + interval '24 hours'`},
	{"rooms that nobody closes in LiveKit", "external_api.livekit_outbox",
		`created_at < now() - interval '2 days'`, `min(created_at) + interval '2 days'`},
	{"receipts of writes", "external_api.write",
		`id < ` + madeBefore(`interval '1 day'`), madeSince("external_api.write", `interval '1 day'`)},
	{"sessions of operators", "external_api.operator_session",
		`expires_at < now() - interval '5 minutes'`, `min(expires_at) + interval '5 minutes'`},
	{"tokens of operators", "external_api.operator_token",
		`expires_at < now() - interval '30 days'`, `min(expires_at) + interval '30 days'`},
	{"old secrets", "external_api.secret", `(expires_at < now() or expires_at is null and exists (
		select from ` + applications + ` where a.id = r.application_id and r.hash <> all(a.hashes)))`, ``},
	{"old tokens of operators", "external_api.operator_token", `expires_at < now() - interval '30 days'`, ``},
	{"orphans among secrets", "external_api.secret", orphanOfApplication, ``},
	{"orphans among applications", "external_api.application", orphanOfApplication, ``},
}

const orphanOfApplication = `not exists (select from meet_application a where a.id = r.application_id) and exists (select from meet_application)`

// remove removes some of the rows, and none that another server is removing.
func (d *DB) remove(ctx context.Context, r removal) (more bool, err error) {
	err = d.background.write(ctx, func(t *tx) {
		more = maxRemoved == t.exec(`
			delete from `+r.table+` where ctid = any(array(
				select ctid from `+r.table+` r where `+r.due+` limit $1 for update of r skip locked
			))`, maxRemoved)
	})
	return more, err
}

// sweep goes through a table that may be large, of which few rows go. Its statement looks at $2 rows after $1, and returns the last one.
type sweep struct{ rows, statement string }

// beforeAll is where a sweep begins: no row has this id.
const beforeAll = "00000000-0000-0000-0000-000000000000"

// sweeps are the removals of orphans in large tables. A user who is gone is forgotten for the rooms that are still there, too. Rows are
// found again by their place, and the offset has each row of Meet's looked for by itself: a join could read whole tables.
var sweeps = []sweep{
	{"rooms", `
		with examined as (
			select ctid as place, room_id as id, user_id, exists (select from meet_room m where m.resource_id = room_id offset 0) as there
			from external_api.room where room_id > $1 order by room_id limit $2
		), removed as (
			delete from external_api.room
			where ctid = any(array(select place from examined where not there)) and exists (select from meet_room)
		), forgotten as (
			update external_api.room set user_id = null
			where ctid = any(array(
				select place from examined e
				where e.there and e.user_id is not null and not exists (select from meet_user u where u.id = e.user_id offset 0)
			)) and exists (select from meet_user)
		)
		select coalesce((select cast(id as text) from examined order by id desc limit 1), '')`},
	{"users", `
		with examined as (
			select ctid as place, user_id as id, exists (select from meet_user u where u.id = user_id offset 0) as there
			from external_api.user where user_id > $1 order by user_id limit $2
		), removed as (
			delete from external_api.user
			where ctid = any(array(select place from examined where not there)) and exists (select from meet_user)
		)
		select coalesce((select cast(id as text) from examined order by id desc limit 1), '')`},
}

// sweep looks at the rows after the position. After the last one the next step begins anew.
func (d *DB) sweep(ctx context.Context, s sweep, position *string) (more bool, err error) {
	var last string
	err = d.background.write(ctx, func(t *tx) { t.get(&last, s.statement, *position, maxRemoved) })
	if err != nil {
		return false, err
	}
	if last == "" {
		last = beforeAll
	}
	*position = last
	return last != beforeAll, nil
}
