package db

import (
	"context"

	"github.com/google/uuid"
)

// Access is what GrantAccess left: the role that the user has, and whether it is their first in the room.
type Access struct {
	Role    string `db:"role"`
	Created bool   `db:"created"`
}

// GrantAccess gives a user a role in a room that the caller's user manages, unless they own it. Repeating it is harmless. Errors: those of
// CheckCaller; ErrNotFound when the room is gone, or the caller's role in it; ErrConflict when the user is gone.
func (d *DB) GrantAccess(ctx context.Context, c Caller, roomID, userID, role string) (access Access, err error) {
	var row struct {
		Refused string `db:"refused"`
		Access
	}
	err = d.rooms.write(ctx, func(t *tx) {
		// An owner stays one. PostgreSQL marks a row that was updated, and not inserted, with the updating transaction (xmax).
		//
		// Meet deletes a room's accesses first, and would fail if another one came after that: so the caller's has to be there still.
		// (A deletion that begins between this statement and its COMMIT does fail, as it does when Meet itself gives a role then.)
		t.get(&row, withCaller+`, manager as (
				select a.id from caller c
				join meet_resource_access a on a.resource_id = $8 and a.user_id = c.user_id and a.role in ('administrator', 'owner')
				where c.refused = ''
				for key share of a
			), granted as (
				insert into meet_resource_access as a (id, created_at, updated_at, role, resource_id, user_id)
				select $6, now(), now(), $7, $8, $9 from manager
				on conflict (user_id, resource_id) do update set
					role = case when a.role = 'owner' then a.role else excluded.role end,
					updated_at = case when a.role in ('owner', excluded.role) then a.updated_at else now() end
				returning role, xmax = 0 as created
			)
			select c.refused, coalesce(g.role, '') as role, coalesce(g.created, false) as created
			from caller c left join granted g on true`, c.arguments(uuid.NewString(), role, roomID, userID)...)
		t.fail(refusals[row.Refused])
		if row.Role == "" {
			t.fail(ErrNotFound)
		}
	})
	return row.Access, err
}
