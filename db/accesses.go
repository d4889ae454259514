package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"meet-external-api/audit"
	"meet-external-api/refusal"
)

// RoomAccess is a user's role in a room.
type RoomAccess struct {
	ID        string
	Email     *string
	FullName  *string
	Role      string
	CreatedAt time.Time
}

// Accesses returns who has a role in a room, the first one first, and the role of the caller's user. Where that is empty, they have none
// and are told of nobody. Errors: those of Room.
func (d *DB) Accesses(ctx context.Context, c Caller, ref RoomRef) (own string, all []RoomAccess, err error) {
	// The limit keeps PostgreSQL from reading a whole table of users to hash it.
	err = d.rooms.each(ctx, withCaller+`
		select c.refused, r.id is not null, coalesce(own.role, ''), coalesce(cast(a.id as text), ''), a.email, a.full_name,
			coalesce(a.role, ''), coalesce(a.created_at, 'epoch')
		from caller c
		cross join `+neverDeleted+`
		left join lateral (select r.id from `+rooms+` where r.id = `+roomID("$6", "$7")+` and `+visible+`) r on c.refused = ''
		left join meet_resource_access own on own.resource_id = r.id and own.user_id = c.user_id
		left join lateral (
			select a.id, u.email, u.full_name, a.role, a.created_at
			from meet_resource_access a
			left join lateral (select email, full_name from meet_user where id = a.user_id limit 1) u on true
			where a.resource_id = own.resource_id
		) a on true
		order by a.created_at, a.id`,
		c.arguments(ref.ID, ref.Slug), func(row *sql.Rows) error {
			var (
				refused string
				found   bool
				one     RoomAccess
			)
			err := row.Scan(&refused, &found, &own, &one.ID, &one.Email, &one.FullName, &one.Role, &one.CreatedAt)
			switch {
			case err != nil:
				return err
			case refused != "":
				return refusals[refused]
			case !found, own == "" && ref.Slug != "":
				return ErrNotFound
			case own != "":
				one.CreatedAt = one.CreatedAt.UTC()
				all = append(all, one)
			}
			return nil
		})
	return own, all, err
}

// HeldRole is a role that is to be taken away. It is empty where the room has no such access.
type HeldRole struct {
	Role string
	// Own is whether the caller's user holds it.
	Own bool
	// LastOwner is whether the room has one owner, or none.
	LastOwner bool
	// userID is who holds it.
	userID string
}

// RemoveAccess takes the role away that an access to a room gives, unless allow refuses that. Errors: those of Room and of allow;
// refusal.LastOwner.
func (d *DB) RemoveAccess(ctx context.Context, c Caller, ref RoomRef, id string, allow func(FoundRoom, HeldRole) error) error {
	return d.rooms.write(ctx, func(t *tx) {
		found := t.lockRoom(c, ref, "no key update")
		// Who removes an owner through this API waits at the lock of the room, and who does it in Meet at those of the owners.
		var held HeldRole
		t.row(`
			with held as materialized (
				select id, role, user_id from meet_resource_access
				where resource_id = $1 and (id = $2 or role = 'owner')
				order by id for no key update
			)
			select coalesce(max(role) filter (where id = $2), '') as role,
				coalesce(bool_or(user_id = cast($3 as uuid)) filter (where id = $2), false) as own,
				count(*) filter (where role = 'owner') < 2 as last_owner,
				coalesce(max(cast(user_id as text)) filter (where id = $2), '')
			from held`, []any{found.ID, id, c.UserID}, func(row *sql.Rows) error {
			return row.Scan(&held.Role, &held.Own, &held.LastOwner, &held.userID)
		})
		if t.err == nil {
			t.fail(allow(found, held))
		}
		if held.Role == "owner" && held.LastOwner {
			t.fail(refusal.LastOwner)
		}
		e := audit.Succeeded(c.Source(), audit.AccessRemove).To("room", found.ID).With("user", held.userID).With("role", held.Role)
		t.exec(`
			with event as (
				insert into external_api.audit_event select * from `+eventRows("$2")+`
			)
			delete from meet_resource_access where id = $1`, id, audit.Rows(e))
		t.audited(e)
	})
}

// Access is what GrantAccess left: the role that the user has, and whether it is their first in the room.
type Access struct {
	Role    string `db:"role"`
	Created bool   `db:"created"`
}

// GrantAccess gives a user a role in a room that the caller's user manages, unless they own it. Repeating it is harmless. Errors: those of
// CheckCaller; ErrNotFound when the room is gone, or the caller's role in it; ErrConflict when the user is gone.
func (d *DB) GrantAccess(ctx context.Context, c Caller, roomID, userID, role string) (access Access, err error) {
	access, err = d.grantAccess(ctx, c, roomID, userID, role)
	if errors.Is(err, ErrConflict) { // one of the two is gone: where it is the room, so is the caller's role
		access, err = d.grantAccess(ctx, c, roomID, userID, role)
	}
	return access, err
}

func (d *DB) grantAccess(ctx context.Context, c Caller, roomID, userID, role string) (access Access, err error) {
	var row struct {
		Refused string `db:"refused"`
		Access
		Changed bool `db:"changed"`
	}
	e := audit.Succeeded(c.Source(), audit.AccessGrant).To("room", roomID).With("user", userID).With("role", role)
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
				returning role, xmax = 0 as created, updated_at = now() as changed
			), event as (
				insert into external_api.audit_event select e.* from granted g, `+eventRows("$10")+` e where g.changed
			)
			select c.refused, coalesce(g.role, '') as role, coalesce(g.created, false) as created, coalesce(g.changed, false) as changed
			from caller c left join granted g on true`, c.arguments(uuid.NewString(), role, roomID, userID, audit.Rows(e))...)
		t.fail(refusals[row.Refused])
		if row.Role == "" {
			t.fail(ErrNotFound)
		}
		if row.Changed {
			t.audited(e)
		}
	})
	return row.Access, err
}
