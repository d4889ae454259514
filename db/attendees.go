package db

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"meet-external-api/audit"
)

// Attendees are those who are to be members of a room.
type Attendees struct {
	// Members are the UUIDs of users.
	Members []string
	// Invited are addresses that nobody has. For each a provisional user is made, who is a member too.
	Invited []string
}

// attendance is how attendees are stored: the UUIDs of all members, and of each newcomer, who is one of them, UUID, address and password.
type attendance struct{ members, ids, invited, passwords []string }

func (a Attendees) attendance() attendance {
	// Of two transactions that make the same users in different orders, each could wait for the other.
	invited := slices.SortedFunc(slices.Values(a.Invited), func(a, b string) int {
		return cmp.Compare(strings.ToLower(a), strings.ToLower(b))
	})
	ids, passwords := make([]string, len(invited)), make([]string, len(invited))
	for i := range invited {
		ids[i], passwords[i] = uuid.NewString(), unusablePassword()
	}
	members := append([]string{}, a.Members...) // not nil, which stands for null
	return attendance{append(members, ids...), ids, invited, passwords}
}

// arguments are the parameters of newMembers and newcomers.
func (a attendance) arguments() []any {
	return []any{pq.Array(a.members), pq.Array(a.ids), pq.Array(a.invited), pq.Array(a.passwords)}
}

// membership is who has become a member of a room, and who is none any more, for the audit trail.
func membership(added, removed []string) map[string]any {
	facts := map[string]any{}
	if len(added) > 0 {
		facts["added"] = added
	}
	if len(removed) > 0 {
		facts["removed"] = removed
	}
	return facts
}

// creations are the events of the newcomers.
func (a attendance) creations(c Caller) (events []audit.Event) {
	for _, id := range a.ids {
		events = append(events, audit.Succeeded(c.Source(), audit.UserCreate).To("user", id))
	}
	return events
}

// ErrAttendeesChanged is returned where a member has been deleted, or an invited address has got a user, since they were looked up.
var ErrAttendeesChanged = errors.New("who has the addresses of attendees has changed")

// attendeesChanged finds that out from the error of what stored them.
func attendeesChanged(err error) error {
	taken, gone := pq.As(err, pqerror.UniqueViolation), pq.As(err, pqerror.ForeignKeyViolation)
	if taken != nil && taken.Table == "meet_user" || gone != nil && gone.Table == "meet_resource_access" {
		return fmt.Errorf("%w: %w", ErrAttendeesChanged, err)
	}
	return err
}

// newcomers are the parts of a statement that make provisional users where `made` has a row, in the order of their addresses.
func newcomers(r *release, ids, addresses, passwords string) string {
	return `, newcomer as (
		insert into meet_user (id, password, is_superuser, created_at, updated_at, email, language, timezone,
			is_device, is_staff, is_active, default_room_configuration` + r.names["meet_user"] + `)
		select n.id, n.password, false, now(), now(), n.email, 'en-us', 'UTC', false, false, true, '{}'` + r.values["meet_user"] + `
		from made, unnest(cast(` + ids + ` as uuid[]), cast(` + addresses + ` as text[]), cast(` + passwords + ` as text[]))
			with ordinality as n (id, email, password, number)
		order by n.number
	), provisional as (
		insert into external_api.user (user_id, provisional)
		select n.id, true from made, unnest(cast(` + ids + ` as uuid[])) as n (id)
	)`
}

// newMembers is the part of a statement that makes users members of a room that is being created, where `made` has a row. Its owner is none.
func newMembers(room, members string) string {
	return `, member as (
		insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		select gen_random_uuid(), now(), now(), 'member', ` + room + `, n.id
		from made, caller c, unnest(cast(` + members + ` as uuid[])) as n (id) where n.id <> c.user_id
	)`
}

// replaceMembers makes the attendees the members of a room that is locked, and returns who has become one, and who is none any more.
// Administrators and owners stay what they are.
//
// Meet deletes a room's accesses first, as grantAccess says: so the caller's has to be there still.
func (t *tx) replaceMembers(r *release, c Caller, roomID string, a attendance) (added, removed []string) {
	held := t.exec(`select from meet_resource_access where resource_id = $1 and user_id = $2 for key share`, roomID, c.UserID)
	if held == 0 {
		t.fail(ErrNotFound)
	}
	t.row(`
		with made as (
			select
		), removed as (
			delete from meet_resource_access where resource_id = $1 and role = 'member' and user_id <> all(cast($2 as uuid[]))
			returning user_id
		)`+newcomers(r, "$3", "$4", "$5")+`, added as (
			insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
			select gen_random_uuid(), now(), now(), 'member', $1, member from unnest(cast($2 as uuid[])) as member
			on conflict (user_id, resource_id) do nothing
			returning user_id
		)
		select array(select user_id from added), array(select user_id from removed)`, append([]any{roomID}, a.arguments()...),
		func(row *sql.Rows) error { return row.Scan((*pq.StringArray)(&added), (*pq.StringArray)(&removed)) })
	return added, removed
}
