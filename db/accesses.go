package db

import (
	"context"
	"errors"

	"github.com/google/uuid"
)

// Access is what GrantAccess left: the role that the user has, and whether it is their first in the room.
type Access struct {
	Role    string `db:"role"`
	Created bool   `db:"created"`
}

// GrantAccess gives a user a role in a room, unless they own it. Repeating it is harmless. Errors: ErrConflict when the
// room or the user is gone.
func (d *DB) GrantAccess(ctx context.Context, roomID, userID, role string) (Access, error) {
	var access Access
	err := d.write(ctx, func(t *tx) {
		// An owner stays one. PostgreSQL marks a row that was updated, and not inserted, with the updating transaction (xmax).
		//
		// Meet deletes a room's accesses first, and would fail if another one came after that: so an access that manages the room
		// has to be there still. (A deletion that begins between this statement and its COMMIT does fail, as it does when Meet
		// itself gives a role then.)
		t.get(&access, `
			with manager as (
				select id from meet_resource_access where resource_id = $3 and role in ('administrator', 'owner') limit 1 for key share
			)
			insert into meet_resource_access as a (id, created_at, updated_at, role, resource_id, user_id)
			select $1, now(), now(), $2, $3, $4 from manager
			on conflict (user_id, resource_id) do update set
				role = case when a.role = 'owner' then a.role else excluded.role end,
				updated_at = case when a.role in ('owner', excluded.role) then a.updated_at else now() end
			returning role, xmax = 0 as created`, uuid.NewString(), role, roomID, userID)
	})
	if errors.Is(err, ErrNotFound) {
		err = ErrConflict
	}
	return access, err
}
