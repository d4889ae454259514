package db

import (
	"context"
	"database/sql"
	"errors"

	"meet-external-api/audit"
)

// passwordMark tells one password of a user u from another, without being of use to guess it.
const passwordMark = `sha256(convert_to(u.password, 'UTF8'))` //nolint:gosec // A name of a column is no password.

// NewSession is one that begins. IDs are the SHA-256 of what cookies hold, in hexadecimal.
type NewSession struct {
	ID string
	// Replaced is the session that the browser had before, which ends; empty: it had none.
	Replaced string
}

// StartSession lets an operator in whose password has been verified, and returns their name. Errors: ErrNotFound where they have another
// password meanwhile, or are no operator.
func (d *DB) StartSession(ctx context.Context, by audit.Source, s NewSession, a Account) (name string, err error) {
	return d.startSession(ctx, by, s, `u.id = $3 and u.password = $4`, a.UserID, a.Password)
}

// StartSessionBySub lets the operator in who has that subject at the OpenID provider, and returns their name. Errors: ErrNotFound where
// there is no such operator.
func (d *DB) StartSessionBySub(ctx context.Context, by audit.Source, s NewSession, sub string) (name string, err error) {
	return d.startSession(ctx, by, s, `u.sub = $3`, sub)
}

func (d *DB) startSession(ctx context.Context, by audit.Source, s NewSession, condition string, args ...any) (string, error) {
	var who operatorRow
	err := d.write(ctx, func(t *tx) {
		t.get(&who, `
			with who as (
				select u.id, `+operatorName+` as name, `+passwordMark+` as mark from meet_user u where `+isOperator+` and `+condition+`
			), replaced as (
				delete from external_api.operator_session where id = decode($2, 'hex')
			), started as (
				insert into external_api.operator_session (id, user_id, password_mark, created_at, last_seen_at, expires_at)
				select decode($1, 'hex'), id, mark, now(), now(), now() + interval '8 hours' from who
			)
			select id, name from who`, append([]any{s.ID, s.Replaced}, args...)...)
		by.Operator = who.Name
		t.audit(audit.Succeeded(by, audit.OperatorSignIn).To("operator", who.ID))
	})
	return who.Name, explainSignIn(err)
}

// operatorRow is an operator, as statements about sessions return them.
type operatorRow struct {
	ID   string `db:"id"`
	Name string `db:"name"`
	// Unseen is whether it is not written that the session was used in the last minute.
	Unseen bool `db:"unseen"`
}

// Session returns the name of the operator whose session it is. It ends after 8 hours, after 30 minutes without a request, and once its user
// is no operator any more or has another password. Errors: ErrNotFound where it has ended, or there is none.
func (d *DB) Session(ctx context.Context, id string) (name string, err error) {
	var who operatorRow
	err = d.get(ctx, &who, `
		select u.id, `+operatorName+` as name, s.last_seen_at < now() - interval '1 minute' as unseen
		from external_api.operator_session s join meet_user u on u.id = s.user_id
		where s.id = decode($1, 'hex') and s.expires_at > now() and s.last_seen_at > now() - interval '30 minutes'
			and `+isOperator+` and s.password_mark = `+passwordMark, id)
	if err == nil && who.Unseen {
		err = d.write(ctx, func(t *tx) {
			t.exec(`update external_api.operator_session set last_seen_at = now() where id = decode($1, 'hex')`, id)
		})
	}
	return who.Name, explainSignIn(err)
}

// EndSession ends a session. One that has ended already is no error, and no event.
func (d *DB) EndSession(ctx context.Context, by audit.Source, id string) error {
	return d.write(ctx, func(t *tx) {
		var who operatorRow
		t.get(&who, `
			with ended as (delete from external_api.operator_session where id = decode($1, 'hex') returning user_id)
			select ended.user_id as id, `+operatorName+` as name from ended left join meet_user u on u.id = ended.user_id`, id)
		if errors.Is(t.err, sql.ErrNoRows) {
			t.err = nil
			return
		}
		by.Operator = who.Name
		t.audit(audit.Succeeded(by, audit.OperatorSignOut).To("operator", who.ID))
	})
}
