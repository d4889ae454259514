package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// besideUsers is a migrated database of Meet's with that many users who once signed in: User1@example.com and so on.
func besideUsers(t testing.TB, users int) (dsn string) {
	t.Helper()
	dsn = dbtest.NewBesideMeet(t)
	_, err := db.Migrate(context.Background(), dsn)
	require.NoError(t, err)
	execute(t, dsn, fmt.Sprintf(`
		insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone, is_device, is_staff,
			is_active, default_room_configuration)
		select gen_random_uuid(), '!', false, now(), now(), n, 'User' || n || '@example.com', 'en-us', 'UTC', false, false, true, '{}'
		from generate_series(1, %d) as n`, users), `vacuum analyze meet_user`)
	return dsn
}

// Users are found by this program's index and by Meet's, whichever is there, and `check` is content with either.
func TestUsersAreFoundByTheIndex(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for index, made := range map[string]string{
		db.EmailIndex.Name: "", "meet_user_email_upper": `create index meet_user_email_upper on meet_user (upper(email))`,
	} {
		t.Run(index, func(t *testing.T) {
			t.Parallel()
			dsn := besideUsers(t, 10_000)
			store := open(t, dsn)
			there, err := store.HasEmailIndex(ctx)
			require.NoError(t, err)
			require.False(t, there)
			if made == "" {
				require.NoError(t, db.CreateIndexes(ctx, dsn))
				require.Equal(t, 1, count(t, dsn, `select count(*) from pg_stats where tablename = '`+index+`'`), "it is known how many are alike")
			} else {
				execute(t, dsn, made)
			}
			there, err = store.HasEmailIndex(ctx)
			require.NoError(t, err)
			require.True(t, there)
			// The first executions of a prepared statement are planned for their values, later ones for any.
			const lookups = 10
			for range lookups {
				users, err := store.UsersByEmail(ctx, "user42@example.com")
				require.NoError(t, err)
				require.Len(t, users, 1)
				client, err := store.ClientAndUsers(ctx, db.ClientQuery{ClientID: "agenda", Address: "user42@example.com"})
				require.NoError(t, err)
				require.Equal(t, users[0].ID, client.Users[0].ID)
				many := make([]string, 20)
				for i := range many {
					many[i] = fmt.Sprintf("user%d@example.com", i+42)
				}
				found, err := store.UsersByEmails(ctx, many)
				require.NoError(t, err)
				require.Len(t, found, len(many))
				require.Equal(t, users, found[many[0]])
			}
			require.NoError(t, store.Close()) // sessions hand in their counts when they end
			require.Eventually(t, func() bool {
				// Of many addresses, neighbours in the index may count as one.
				return count(t, dsn, `select idx_scan from pg_stat_user_indexes where indexrelname = '`+index+`'`) >= (2+1)*lookups
			}, 10*time.Second, 10*time.Millisecond)
		})
	}
}

// Without the index, many addresses cost what one costs.
func TestManyAddressesAreFoundAtOnce(t *testing.T) {
	t.Parallel()
	const users = 1000
	dsn := besideUsers(t, users)
	readUsers := func() int {
		return count(t, dsn, `select seq_tup_read from pg_stat_user_tables where relname = 'meet_user'`)
	}
	before := readUsers()
	store := open(t, dsn)
	addresses := make([]string, 100)
	for i := range addresses {
		addresses[i] = fmt.Sprintf("user%d@example.com", i+1)
	}
	found, err := store.UsersByEmails(context.Background(), addresses)
	require.NoError(t, err)
	require.Len(t, found, len(addresses))
	require.NoError(t, store.Close()) // sessions hand in their counts when they end
	require.Eventually(t, func() bool { return readUsers() >= before+users }, 10*time.Second, 10*time.Millisecond)
	require.Less(t, readUsers(), before+2*users)
}

// While the index waits for the transactions that were there before it, others go on writing to the table.
func TestMeetWritesWhileTheIndexIsMade(t *testing.T) {
	t.Parallel()
	dsn := besideUsers(t, 1)
	pool, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	before, err := pool.Begin()
	require.NoError(t, err)
	_, err = before.Exec(`update meet_user set last_login = now() where sub = '1'`)
	require.NoError(t, err)
	made := make(chan error, 1)
	go func() { made <- db.CreateIndexes(context.Background(), dsn) }()
	require.Eventually(t, func() bool {
		return count(t, dsn, `select count(*) from pg_stat_activity where datname = current_database() and query like 'create index%'
			and wait_event_type = 'Lock'`) == 1
	}, 10*time.Second, 10*time.Millisecond)

	execute(t, dsn, `begin; set local lock_timeout = '1s'; update meet_user set last_login = now() where sub = 'marie'; commit`)

	require.Empty(t, made, "it still waits")
	require.NoError(t, before.Commit())
	require.NoError(t, <-made)
	there, err := open(t, dsn).HasEmailIndex(context.Background())
	require.NoError(t, err)
	require.True(t, there)
}

// The Kelvin sign and the dotted capital I become k and i in lower case, the dotless i and the long s I and S in upper case, in most
// locales or in some. Nobody is found by them who is another.
func TestLookAlikesAreOthers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := besideUsers(t, 5)
	execute(t, dsn, `create index on meet_user (upper(email))`,
		`update meet_user set email = U&'k\0131m@example.com' where sub = '4'`, `update meet_user set email = U&'\017Fim@example.com' where sub = '5'`,
		`update meet_user set email = U&'\212Aim@example.com' where sub = '1'`,
		`update meet_user set email = U&'k\0130m@example.com' where sub = '2'`, `update meet_user set email = 'Kim@example.com' where sub = '3'`)
	pool, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	var locales []string
	rows, err := pool.Query(`select quote_ident(collname) from pg_collation where pg_collation_is_visible(oid)
		and collencoding in (-1, pg_char_to_encoding(getdatabaseencoding()))
		and (collprovider in ('b', 'c') or collname in ('default', 'und-x-icu', 'en-x-icu', 'fr-x-icu', 'lt-x-icu', 'tr-x-icu'))`)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var locale string
		require.NoError(t, rows.Scan(&locale))
		locales = append(locales, locale)
	}
	require.NoError(t, rows.Err())
	require.Contains(t, locales, `"default"`)
	for _, locale := range locales {
		execute(t, dsn, `alter table meet_user alter column email type varchar(254) collate `+locale)
		users, err := open(t, dsn).UsersByEmail(ctx, "kim@example.com")
		require.NoError(t, err)
		require.Len(t, users, 1, locale)
		require.Equal(t, "Kim@example.com", *users[0].Email, locale)
		many, err := open(t, dsn).UsersByEmails(ctx, []string{"kim@example.com", "sim@example.com"})
		require.NoError(t, err)
		require.Equal(t, map[string][]db.User{"kim@example.com": users}, many, locale)
		users, err = open(t, dsn).UsersByEmail(ctx, "sim@example.com")
		require.NoError(t, err)
		require.Empty(t, users, locale)
	}
}

// BenchmarkUsersByEmail finds one of 1,000,000 users by address, without the index of `migrate --with-indexes` and with it,
// and says how long it took to make.
func BenchmarkUsersByEmail(b *testing.B) {
	ctx := context.Background()
	dsn := besideUsers(b, 1_000_000)
	store := open(b, dsn)
	find := func(b *testing.B) {
		for b.Loop() {
			users, err := store.UsersByEmail(ctx, "user500000@example.com")
			require.NoError(b, err)
			require.Len(b, users, 1)
		}
	}
	b.Run("without", find)
	begin := time.Now()
	require.NoError(b, db.CreateIndexes(ctx, dsn))
	making := time.Since(begin)
	b.Run("with", func(b *testing.B) {
		find(b)
		b.ReportMetric(making.Seconds(), "s-to-make")
	})
}
