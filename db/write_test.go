package db_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
	"meet-external-api/refusal"
)

// subject is what a write is tried on: an application that acts for a user, a room of theirs that has an administrator too, another user,
// and a name that nothing has yet.
type subject struct {
	store       *db.DB
	caller      db.Caller
	application db.Application
	room        db.Room
	delegate    string
	// operatorToken is the UUID of a token of the operators' API.
	operatorToken string
	name          string
	// operator is the address of one who is signed in and was not seen for some minutes; the session has its hash.
	operator string
}

// hash is SHA-256 in hexadecimal.
func hash(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

func newSubject(t *testing.T, store *db.DB) subject {
	t.Helper()
	ctx := context.Background()
	s := subject{store: store, caller: newCaller(t, store), delegate: newCaller(t, store).UserID, name: uuid.NewString()}
	var err error
	s.application, err = store.Application(ctx, s.caller.ClientID)
	require.NoError(t, err)
	s.room, _, err = store.CreateRoom(ctx, s.caller, newRoom("room of "+s.name))
	require.NoError(t, err)
	_, err = store.GrantAccess(ctx, s.caller, s.room.ID, newCaller(t, store).UserID, "administrator")
	require.NoError(t, err)
	s.operator = s.name + "@example.com"
	require.NoError(t, store.CreateOperator(ctx, audit.Source{}, s.operator, "hash"))
	account, err := store.Account(ctx, s.operator)
	require.NoError(t, err)
	_, err = store.StartSession(ctx, audit.Source{}, db.NewSession{ID: hash(s.operator)}, account)
	require.NoError(t, err)
	require.NoError(t, store.AgeSession(ctx, hash(s.operator)))
	require.NoError(t, store.RevokeToken(ctx, audit.Source{}, "expired "+s.name, time.Now().Add(-time.Hour)))
	token, err := store.CreateOperatorToken(ctx, audit.Source{}, db.NewOperatorToken{Name: "token of " + s.name, Scope: "read", Hash: sha256.Sum256([]byte(uuid.NewString()))})
	require.NoError(t, err)
	s.operatorToken = token.ID
	return s
}

func (s subject) fill(text string) string {
	return strings.NewReplacer("OPERATOR_TOKEN", s.operatorToken, "APPLICATION", s.application.ID, "USER", s.caller.UserID, "ROOM", s.room.ID, "NAME", s.name).Replace(text)
}

// writes are all transactions of the package: what each returns, and the condition under which it is stored. APPLICATION, USER,
// ROOM and NAME stand for those of the subject.
var writes = map[string]struct {
	do             func(ctx context.Context, s subject) (result any, err error)
	wanted, stored string
}{
	"CreateApplication": {
		func(ctx context.Context, s subject) (any, error) {
			a, err := s.store.CreateApplication(ctx, audit.Source{}, db.NewApplication{
				Name: "New", ClientID: s.name, Secret: db.NewSecret{Hash: "hash"}, Domains: []string{"example.com"},
			})
			return []any{a.ClientID, a.SecretHashes, a.Domains}, err
		}, `[NAME [hash] [example.com]]`,
		`exists (select from meet_application a join meet_application_domain d on application_id = a.id where client_id = 'NAME')`,
	},
	"UpdateApplication": {
		func(ctx context.Context, s subject) (any, error) {
			a, err := s.store.UpdateApplication(ctx, audit.Source{}, s.caller.ClientID, db.ApplicationChange{Name: &s.name, RevokeTokens: true})
			return []any{a.Name, a.TokensFrom != nil}, err
		}, `[NAME true]`,
		`exists (select from meet_application join external_api.application on application_id = id where name = 'NAME')`,
	},
	"DeleteApplication": {
		func(ctx context.Context, s subject) (any, error) {
			return "", s.store.DeleteApplication(ctx, audit.Source{}, s.caller.ClientID)
		}, ``,
		`not exists (select from meet_application where id = 'APPLICATION')`,
	},
	"RotateSecret": {
		func(ctx context.Context, s subject) (any, error) {
			a, err := s.store.RotateSecret(ctx, audit.Source{}, s.caller.ClientID, db.Rotation{Secret: db.NewSecret{Hash: s.name}})
			return a.SecretHashes, err
		}, `[NAME]`,
		`exists (select from meet_application where client_secret = 'NAME')`,
	},
	"CreateUser": {
		func(ctx context.Context, s subject) (any, error) {
			user, err := s.store.CreateUser(ctx, audit.Source{}, &s.name, nil)
			return user.ID != "", err
		}, `true`,
		`exists (select from meet_user where email = 'NAME')`,
	},
	"CreateProvisionalUser": {
		func(ctx context.Context, s subject) (any, error) {
			user, err := s.store.CreateProvisionalUser(ctx, audit.Source{}, s.name)
			return user.ID != "", err
		}, `true`,
		`exists (select from meet_user join external_api.user on user_id = id where email = 'NAME' and provisional)`,
	},
	"UserBySub": {
		func(ctx context.Context, s subject) (any, error) {
			id, err := s.store.UserBySub(ctx, audit.Source{}, s.name, true)
			return id != "", err
		}, `true`,
		`exists (select from meet_user where sub = 'NAME')`,
	},
	"RevokeUserTokens": {
		func(ctx context.Context, s subject) (any, error) {
			return s.store.RevokeUserTokens(ctx, audit.Source{}, s.caller.UserID)
		}, `1`,
		`exists (select from external_api.user where user_id = 'USER')`,
	},
	"RevokeToken": {
		func(ctx context.Context, s subject) (any, error) {
			return "", s.store.RevokeToken(ctx, audit.Source{}, s.name, time.Now().Add(time.Hour))
		}, ``,
		`exists (select from external_api.revoked_token where id = 'NAME')`,
	},
	"UseAssertion": {
		func(ctx context.Context, s subject) (any, error) {
			return "", s.store.UseAssertion(ctx, s.application.ID, s.name, time.Now().Add(time.Hour))
		}, ``,
		`exists (select from external_api.used_assertion where id = 'NAME')`,
	},
	"GrantAccess": {
		func(ctx context.Context, s subject) (any, error) {
			return s.store.GrantAccess(ctx, s.caller, s.room.ID, s.delegate, "member")
		}, `{member true}`,
		`exists (select from meet_resource_access where resource_id = 'ROOM' and role = 'member')`,
	},
	"UpdateRoom": {
		func(ctx context.Context, s subject) (any, error) {
			level := "restricted"
			room, changed, err := s.store.UpdateRoom(ctx, s.caller, db.RoomRef{ID: s.room.ID}, db.RoomChange{AccessLevel: &level}, anyRoom)
			return []any{room.Name, room.AccessLevel, changed}, err
		}, `[room of NAME restricted true]`,
		`exists (select from meet_room where resource_id = 'ROOM' and access_level = 'restricted')`,
	},
	"CreateOperatorToken": {
		func(ctx context.Context, s subject) (any, error) {
			made, err := s.store.CreateOperatorToken(ctx, audit.Source{}, db.NewOperatorToken{Name: s.name, Scope: "read", Hash: sha256.Sum256([]byte(s.name))})
			return made.Name, err
		}, `NAME`,
		`exists (select from external_api.operator_token where name = 'NAME')`,
	},
	"RevokeOperatorToken": {
		func(ctx context.Context, s subject) (any, error) {
			return "", s.store.RevokeOperatorToken(ctx, audit.Source{}, s.operatorToken)
		}, ``,
		`not exists (select from external_api.operator_token where id = 'OPERATOR_TOKEN')`,
	},
	"WriteOperatorTokenUses": {
		func(ctx context.Context, s subject) (any, error) {
			s.store.NoteOperatorTokenUse(s.operatorToken)
			return "", s.store.WriteOperatorTokenUses(ctx)
		}, ``,
		`exists (select from external_api.operator_token where id = 'OPERATOR_TOKEN' and last_used_at is not null)`,
	},
	"DeleteRoom": {
		func(ctx context.Context, s subject) (any, error) {
			return "", s.store.DeleteRoom(ctx, s.caller, db.RoomRef{ID: s.room.ID}, true, anyRoom)
		}, ``,
		`not exists (select from meet_room where resource_id = 'ROOM') and exists (select from external_api.livekit_outbox where room_id = 'ROOM')`,
	},
	"UpdateRoom, attendees": {
		func(ctx context.Context, s subject) (any, error) {
			attendees := &db.Attendees{Members: []string{s.delegate}, Invited: []string{s.name}}
			room, changed, err := s.store.UpdateRoom(ctx, s.caller, db.RoomRef{ID: s.room.ID}, db.RoomChange{Attendees: attendees}, anyRoom)
			return []any{room.Name, changed}, err
		}, `[room of NAME false]`,
		`2 = (select count(*) from meet_resource_access where resource_id = 'ROOM' and role = 'member')
			and exists (select from meet_user where email = 'NAME')`,
	},
	"RemoveAccess": {
		func(ctx context.Context, s subject) (any, error) {
			_, all, err := s.store.Accesses(ctx, s.caller, db.RoomRef{ID: s.room.ID})
			if err != nil {
				return "", err
			}
			return "", s.store.RemoveAccess(ctx, s.caller, db.RoomRef{ID: s.room.ID}, all[1].ID, anyRole)
		}, ``,
		`not exists (select from meet_resource_access where resource_id = 'ROOM' and role = 'administrator')`,
	},
	"StartSession": {
		func(ctx context.Context, s subject) (any, error) {
			account, err := s.store.Account(ctx, s.operator)
			if err != nil {
				return "", err
			}
			return s.store.StartSession(ctx, audit.Source{}, db.NewSession{ID: hash(s.name), Replaced: hash(s.operator)}, account)
		}, `NAME@example.com`,
		`exists (select from external_api.operator_session where id = sha256('NAME')) and not exists (
			select from external_api.operator_session where id = sha256('NAME@example.com'))`,
	},
	"Session": {
		func(ctx context.Context, s subject) (any, error) {
			return s.store.Session(ctx, hash(s.operator))
		}, `NAME@example.com`,
		`exists (select from external_api.operator_session where id = sha256('NAME@example.com') and last_seen_at > now() - interval '1 minute')`,
	},
	"EndSession": {
		func(ctx context.Context, s subject) (any, error) {
			return "", s.store.EndSession(ctx, audit.Source{}, hash(s.operator))
		}, ``,
		`not exists (select from external_api.operator_session where id = sha256('NAME@example.com'))`,
	},
	"CreateOperator": {
		func(ctx context.Context, s subject) (any, error) {
			return "", s.store.CreateOperator(ctx, audit.Source{}, s.name, "hash")
		}, ``,
		`exists (select from meet_user where admin_email = 'NAME' and is_staff and is_superuser and is_active)`,
	},
	"WriteSecretUses": {
		func(ctx context.Context, s subject) (any, error) {
			s.store.NoteSecretUse(db.SecretUse{ApplicationID: s.application.ID, Hash: s.application.SecretHashes[0], At: time.Now()})
			return "", s.store.WriteSecretUses(ctx)
		}, ``,
		`exists (select from external_api.secret where application_id = 'APPLICATION' and last_used_at is not null)`,
	},
	"Tasks": {
		func(ctx context.Context, s subject) (any, error) {
			for _, task := range s.store.Tasks() {
				if _, err := task.Step(ctx); err != nil {
					return "", err
				}
			}
			return "", nil
		}, ``,
		`not exists (select from external_api.revoked_token where id = 'expired NAME')`,
	},
}

// outcomes are what can become of a write that was sent, and what is to be said of it.
type outcome struct {
	happens func(exchange)
	// release is when what holds the message up lets go of it: once who looks for it is "waiting", or the write has "returned".
	release string
	// idle and confirm are the timeouts of the package.
	idle, confirm time.Duration
	// stored is whether it is in the end, code what the caller is told.
	stored bool
	code   string
}

const (
	short = time.Second
	long  = time.Minute
)

// Whatever happens to a COMMIT, what is stored is acknowledged with its full result, and what is said not to be stored is not.
func TestCommit(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]outcome{
		"its answer is lost":                       {answerLost, "", long, long, true, ""},
		"its answer is cut short":                  {answerCutShort, "", long, long, true, ""},
		"it comes late":                            {deliveredLate, "waiting", long, long, true, ""},
		"it comes after its transaction has ended": {deliveredLate, "returned", short, long, false, "database_unavailable"},
		"it comes after all":                       {deliveredLate, "returned", long, short, true, "write_outcome_unknown"},
		"it never comes":                           {neverDelivered, "", long, long, false, "database_unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := dbtest.New(t)
			beside := open(t, dsn)
			for name, write := range writes {
				t.Run(name, func(t *testing.T) {
					p := &proxy{dsn: dsn, message: commitMessage, happens: o.happens}
					s := newSubject(t, beside)
					s.store = p.open(t)
					s.store.SetTimeouts(o.idle, o.confirm)
					requireEvents := s.followEvents(t, dsn, eventsOf[name])

					result, err := p.interfere(t, o, func(ctx context.Context) (any, error) { return write.do(ctx, s) })

					requireCode(t, o.code, err)
					if o.code == "" {
						require.Equal(t, s.fill(write.wanted), fmt.Sprint(result), "as if nothing had happened")
					}
					require.Equal(t, fmt.Sprint(o.stored), text(t, dsn, "select cast("+s.fill(write.stored)+" as text)"))
					requireEvents(o.stored, o.code == "")
				})
			}
		})
	}
}

// hold runs a statement in a transaction that stays open until commit is called, as Meet may.
func hold(t *testing.T, dsn, statement string) (commit func()) {
	t.Helper()
	pool, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	transaction, err := pool.Begin()
	require.NoError(t, err)
	_, err = transaction.Exec(statement)
	require.NoError(t, err)
	return func() { _ = transaction.Commit() }
}

// awaitWaiting returns when that many statements wait for a lock.
func awaitWaiting(t *testing.T, dsn string, statements int) {
	t.Helper()
	require.Eventually(t, func() bool { return waiting(t, dsn) == statements }, 20*time.Second, 5*time.Millisecond)
}

// waiting is how many statements wait for a lock.
func waiting(t *testing.T, dsn string) int {
	t.Helper()
	return count(t, dsn, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
}

func TestAnOwnerWhoIsDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	dsn := dbtest.New(t)
	store := open(t, dsn)
	caller := newCaller(t, store)
	commit := hold(t, dsn, "delete from meet_user where id = '"+caller.UserID+"'")
	failed := make(chan error, 1)
	go func() {
		_, _, err := store.CreateRoom(context.Background(), caller, newRoom("abc-defg-hij"))
		failed <- err
	}()
	awaitWaiting(t, dsn, 1)
	commit()
	require.ErrorIs(t, <-failed, refusal.UserNotFound)
	require.Zero(t, count(t, dsn, "select count(*) from meet_room"))
}

// The statements of a transaction are prepared on its own connection. Transactions that have all connections of the pool do not wait
// for each other.
func TestTransactionsOnAllConnectionsAtOnce(t *testing.T) {
	t.Parallel()
	store := open(t, dbtest.New(t))
	var group errgroup.Group
	for range 100 {
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(context.Background(), db.Timeout)
			defer cancel()
			_, err := store.UserBySub(ctx, audit.Source{}, uuid.NewString(), true)
			return err
		})
	}
	require.NoError(t, group.Wait())
}

// interfere runs a write while the proxy interferes with it, and returns what it said when all is over.
func (p *proxy) interfere(t *testing.T, o outcome, write func(context.Context) (any, error)) (result any, err error) {
	t.Helper()
	returned := make(chan struct{})
	p.armed.Store(true)
	go func() {
		defer close(returned)
		result, err = write(context.Background())
	}()
	<-p.reached
	if statements := map[string]int{"waiting": 1, "both waiting": 2}[o.release]; statements > 0 {
		awaitWaiting(t, p.dsn, statements)
		close(p.release)
	}
	<-returned
	if o.release == "returned" {
		close(p.release)
	}
	<-p.finished
	return result, err
}

// requireCode asserts that an error is a refusal with that code, or nil where it is empty.
func requireCode(t *testing.T, code string, err error) {
	t.Helper()
	if code == "" {
		require.NoError(t, err)
		return
	}
	requireUnavailable(t, err)
	var refused *refusal.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, code, refused.Code)
}

// PostgreSQL may say that a statement was cancelled where it gave up waiting for a lock. A second time somebody means it.
func TestACancelledWriteIsRunOnceMore(t *testing.T) {
	t.Parallel()
	store := open(t, dbtest.New(t))
	runs, err := store.WriteCancelled(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, 2, runs)
	runs, err = store.WriteCancelled(t.Context(), 3)
	requireUnavailable(t, err)
	require.Equal(t, 2, runs)
}
