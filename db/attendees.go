package db

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Attendees are those who are to be members of a room.
type Attendees struct {
	// Members are the UUIDs of users.
	Members []string
	// Invited are addresses that nobody has. For each a provisional user is made, who is a member too.
	Invited []string
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

// arguments are the parameters of newMembers and newcomers: the ids of all members, and for each newcomer id, address and
// password.
func (a Attendees) arguments() []any {
	// Of two transactions that make the same users in different orders, each could wait for the other.
	invited := slices.SortedFunc(slices.Values(a.Invited), func(a, b string) int {
		return cmp.Compare(strings.ToLower(a), strings.ToLower(b))
	})
	members := append([]string{}, a.Members...) // not nil, which stands for null
	ids, passwords := make([]string, len(invited)), make([]string, len(invited))
	for i := range invited {
		ids[i], passwords[i] = uuid.NewString(), unusablePassword()
	}
	return []any{pq.Array(append(members, ids...)), pq.Array(ids), pq.Array(invited), pq.Array(passwords)}
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

// replaceMembers makes the attendees the members of a room that is locked. Administrators and owners stay what they are.
//
// Meet deletes a room's accesses first, as grantAccess says: so the caller's has to be there still.
func (t *tx) replaceMembers(r *release, c Caller, roomID string, a Attendees) {
	held := t.exec(`select from meet_resource_access where resource_id = $1 and user_id = $2 for key share`, roomID, c.UserID)
	if held == 0 {
		t.fail(ErrNotFound)
	}
	t.exec(`
		with made as (
			select
		), removed as (
			delete from meet_resource_access where resource_id = $1 and role = 'member' and user_id <> all(cast($2 as uuid[]))
		)`+newcomers(r, "$3", "$4", "$5")+`
		insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		select gen_random_uuid(), now(), now(), 'member', $1, member from unnest(cast($2 as uuid[])) as member
		on conflict (user_id, resource_id) do nothing`, append([]any{roomID}, a.arguments()...)...)
}
