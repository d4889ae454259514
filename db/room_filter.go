package db

import (
	"database/sql"
	"time"

	"github.com/lib/pq"
)

// RoomFilter is what rooms of a list have in common, beside that the user has a role in them. What is nil or empty takes all.
type RoomFilter struct {
	Slug         *string
	AccessLevels []string
	Roles        []string
	// CreatedAfter and CreatedBefore do not include themselves.
	CreatedAfter, CreatedBefore *time.Time
	// CreatedByMe takes what the caller's application created for the user; for a caller without an application, what was created for the
	// user through this API without one.
	CreatedByMe bool
}

// arguments are $1 to $11 of a statement that begins withCaller and lists rooms. PostgreSQL stores microseconds, and would round to them.
func (f RoomFilter) arguments(c Caller, more ...any) []any {
	var after, before sql.NullTime
	if f.CreatedAfter != nil {
		after = sql.NullTime{Time: f.CreatedAfter.Truncate(time.Microsecond), Valid: true}
	}
	if f.CreatedBefore != nil {
		before = sql.NullTime{Time: f.CreatedBefore.Add(time.Microsecond - 1).Truncate(time.Microsecond), Valid: true}
	}
	return c.arguments(append([]any{
		f.Slug, pq.StringArray(f.AccessLevels), pq.StringArray(f.Roles), after, before, f.CreatedByMe,
	}, more...)...)
}

// accessesFrom are the rooms in which the user has a role, from an id on, by id: a walk on the unique index on (user_id, resource_id),
// which reads no more of it than is taken. With a slug it reads one entry: that of the room which has it. The bounds are subqueries, so that
// PostgreSQL does not plan for their values: for those of the first page it would read all accesses of the user, and sort them.
func accessesFrom(id string) string {
	return `meet_resource_access a where a.user_id = c.user_id
		and a.resource_id >= (select case when $6::text is null then ` + id + ` else greatest(` + id + `, ` + roomOfSlug + `) end)
		and a.resource_id <= (select case when $6::text is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else ` + roomOfSlug + ` end)`
}

const (
	roomOfSlug = `coalesce((select m.resource_id from meet_room m where m.slug = $6), '00000000-0000-0000-0000-000000000000')`
	firstID    = `cast('00000000-0000-0000-0000-000000000000' as uuid)`
)

// filterRow is a table of one row, filter. Parameters stand in it, or in a subquery, so that the plan does not depend on their values: for those of few
// rooms PostgreSQL would expect to spare so much that it made another plan each time, which takes longer than to run it.
//
// filters are conditions on a room r, to which the access a of the user leads; createdByMe is the one that needs to know of its creation. What
// takes another row to know is a scalar subquery, which is run where it is asked for and only then, and has but one plan: an index finds the
// one row. Earlier releases did not store for which user a room was made, who was its owner.
const (
	filterRow = `, filter as materialized (
		select cast($7 as text[]) as levels, cast($8 as text[]) as roles, cast($9 as timestamptz) as after, cast($10 as timestamptz) as before,
			cast($11 as boolean) as mine
	)`
	filters = `(f.levels is null or r.access_level = any (f.levels))
			and case when f.roles is null then true else (` + role + `) = any (f.roles) end
			and case when f.after is null and f.before is null then true else (
				select (f.after is null or s.created_at > f.after) and (f.before is null or s.created_at < f.before)
				from meet_resource s where s.id = a.resource_id
			) end`
	createdByMe = `(not f.mine or r.application_id is not distinct from c.application_id
				and case when r.user_id is null then (` + role + `) = 'owner' else r.user_id = c.user_id end)`
	role = `select x.role from meet_resource_access x where x.user_id = c.user_id and x.resource_id = a.resource_id`
)

// isEmpty reports whether the filter takes all rooms.
func (f RoomFilter) isEmpty() bool {
	return f.Slug == nil && f.AccessLevels == nil && f.Roles == nil && f.CreatedAfter == nil && f.CreatedBefore == nil && !f.CreatedByMe
}
