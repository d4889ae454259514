package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/db/dbtest"
)

// manyRooms are those of two users, one of whom has few, in all combinations of what filters look at.
const manyRooms = `
	with n as (select n, cast(md5(cast(n as text)) as uuid) as id from generate_series(1, 2600) as n),
	resource as (insert into meet_resource (id, created_at, updated_at)
		select id, cast('2026-01-01T00:00:00Z' as timestamptz) + n * interval '1 minute', now() from n),
	room as (insert into meet_room (resource_id, name, slug, configuration, access_level)
		select id, case when n % 2 = 0 then 'Room ' else 'room ' end || n % 700, case when n % 13 > 0 then 'slug-' || n end, '{}',
			(array['public', 'trusted', 'restricted'])[1 + n % 3] from n),
	access as (insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
		select gen_random_uuid(), now(), now(), (array['owner', 'administrator', 'member', 'owner'])[1 + n % 4], id,
			cast(case when n <= 60 then 'FEW' when n <= 2500 then 'MANY' else 'OTHER' end as uuid) from n)
	insert into external_api.room (room_id, application_id, user_id, expires_at)
	select id, case n % 5 when 1 then cast('APPLICATION' as uuid) when 2 then cast('OWN' as uuid) when 3 then cast('OTHER' as uuid) end,
		case n % 7 when 1 then cast('OTHER' as uuid) when 2 then null else cast(case when n <= 60 then 'FEW' else 'MANY' end as uuid) end,
		case n % 11 when 1 then now() - interval '1 second' when 2 then now() + interval '1 day' end
	from n where n % 5 > 0`

// roomsOf are rooms of a few users and applications, and the callers that list them.
type roomsOf struct {
	store *db.DB
	dsn   string
	users []string
	// applications by what a caller is.
	applications map[string]db.Application
}

func newRoomsOf(t *testing.T) roomsOf {
	t.Helper()
	ctx := context.Background()
	dsn := dbtest.New(t)
	s := roomsOf{store: open(t, dsn), dsn: dsn, applications: map[string]db.Application{"": {}}}
	for range 2 {
		s.users = append(s.users, newCaller(t, s.store).UserID)
	}
	for _, name := range []string{"user", "own"} {
		application, err := s.store.CreateApplication(ctx, audit.Source{}, db.NewApplication{Name: name, ClientID: name, Secret: db.NewSecret{Hash: "!"}})
		require.NoError(t, err)
		s.applications[name] = application
	}
	other := newCaller(t, s.store).UserID
	execute(t, dsn, strings.NewReplacer("FEW", s.users[0], "MANY", s.users[1], "OTHER", other, "APPLICATION", s.applications["user"].ID,
		"OWN", s.applications["own"].ID).Replace(manyRooms), "analyze",
		`insert into external_api.application (application_id, visibility) values ('`+s.applications["own"].ID+`', 'own')
			on conflict (application_id) do update set visibility = 'own'`)
	return s
}

// combinations are all of one condition of each filter, and none: as a filter, and as SQL.
func (s roomsOf) combinations(user, application string) map[string]db.RoomFilter {
	after, before := time.Date(2026, 1, 1, 0, 20, 0, 0, time.UTC), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	all := map[string]db.RoomFilter{"true": {}}
	mine := `o.room_id is not null and o.application_id is null`
	if application != "" {
		mine = `o.application_id = '` + s.applications[application].ID + `'`
	}
	mine += ` and (o.user_id = '` + user + `' or o.user_id is null and a.role = 'owner')`
	for _, condition := range []struct {
		sql string
		set func(*db.RoomFilter)
	}{
		{`m.access_level in ('public', 'restricted')`, func(f *db.RoomFilter) { f.AccessLevels = []string{"restricted", "public"} }},
		{`a.role in ('member', 'owner')`, func(f *db.RoomFilter) { f.Roles = []string{"owner", "member"} }},
		{`s.created_at > '2026-01-01T00:20:00Z'`, func(f *db.RoomFilter) { f.CreatedAfter = &after }},
		{`s.created_at < '2026-01-02T00:00:00Z'`, func(f *db.RoomFilter) { f.CreatedBefore = &before }},
		{mine, func(f *db.RoomFilter) { f.CreatedByMe = true }},
	} {
		more := map[string]db.RoomFilter{}
		for sql, filter := range all {
			more[sql] = filter
			condition.set(&filter)
			more[sql+` and `+condition.sql] = filter
		}
		all = more
	}
	return all
}

// wanted are the rooms that fit a condition, in an order.
func (s roomsOf) wanted(t *testing.T, user, application, condition, order string) []string {
	t.Helper()
	if application == "own" {
		condition += ` and o.application_id = '` + s.applications[application].ID + `'`
	}
	ids := text(t, s.dsn, `select coalesce(string_agg(cast(m.resource_id as text), ' ' order by `+order+`), '')
		from meet_resource_access a join meet_room m on m.resource_id = a.resource_id join meet_resource s on s.id = m.resource_id
		left join external_api.room o on o.room_id = m.resource_id
		where a.user_id = '`+user+`' and (o.expires_at is null or o.expires_at > now()) and `+condition)
	return strings.Fields(ids)
}

func (s roomsOf) caller(user, application string) db.Caller {
	return db.Caller{ClientID: s.applications[application].ClientID, Delegated: true, UserID: user}
}

func idsOf(rooms []db.Room) []string {
	ids := []string{}
	for _, room := range rooms {
		ids = append(ids, room.ID)
	}
	return ids
}

// Each combination of filters finds in both ways of paging what a plain query does, for users with few rooms and with many, of which
// PostgreSQL is asked in other ways.
func TestCombinationsOfFilters(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newRoomsOf(t)
	empty := 0
	for application := range s.applications {
		for _, user := range s.users {
			for condition, filter := range s.combinations(user, application) {
				wanted := s.wanted(t, user, application, condition, "m.name, m.resource_id")
				rooms, total, err := s.store.Rooms(ctx, s.caller(user, application), filter, 5000, 0)
				require.NoError(t, err)
				require.Equal(t, wanted, idsOf(rooms), "%s: %s", application, condition)
				require.EqualValues(t, len(wanted), total)

				rooms, next, err := s.store.RoomsFrom(ctx, s.caller(user, application), filter, uuid.Nil.String(), 5000)
				require.NoError(t, err)
				require.Empty(t, next)
				require.Equal(t, slices.Sorted(slices.Values(wanted)), idsOf(rooms), "%s: %s", application, condition)
				if len(wanted) == 0 {
					empty++
				}
			}
		}
	}
	require.Less(t, empty, 30, "most combinations find something")
}

// Pages are parts of one list, whichever way; the slug combines with all else.
func TestPagesOfFilteredLists(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newRoomsOf(t)
	caller := s.caller(s.users[1], "user")
	for condition, filter := range map[string]db.RoomFilter{
		"true":                       {},
		"a.role = 'administrator'":   {Roles: []string{"administrator"}},
		"m.access_level = 'trusted'": {AccessLevels: []string{"trusted"}},
	} {
		wanted := s.wanted(t, caller.UserID, "user", condition, "m.name, m.resource_id")
		listed, total := []string{}, int64(1)
		for offset := int64(0); offset < total; offset += 97 {
			rooms, all, err := s.store.Rooms(ctx, caller, filter, 97, offset)
			require.NoError(t, err)
			require.EqualValues(t, len(wanted), all)
			listed, total = append(listed, idsOf(rooms)...), all
		}
		require.Equal(t, wanted, listed)
		rooms, all, err := s.store.Rooms(ctx, caller, filter, 97, total)
		require.NoError(t, err)
		require.Empty(t, rooms)
		require.Equal(t, total, all, "also behind the last page")

		listed = []string{}
		for next := uuid.Nil.String(); next != ""; {
			rooms, next, err = s.store.RoomsFrom(ctx, caller, filter, next, 97)
			require.NoError(t, err)
			require.True(t, next == "" || len(rooms) == 97, "only the last page is not full")
			listed = append(listed, idsOf(rooms)...)
		}
		require.Equal(t, slices.Sorted(slices.Values(wanted)), listed)
	}
	for n, condition := range map[int]string{101: "true", 102: "a.role = 'owner'", 103: "m.access_level = 'public'", 1090: "true", 2550: "true", 104: "false"} {
		slug := fmt.Sprintf("slug-%d", n)
		filter := map[string]db.RoomFilter{
			"true": {}, "a.role = 'owner'": {Roles: []string{"owner"}}, "m.access_level = 'public'": {AccessLevels: []string{"public"}},
			"false": {AccessLevels: []string{}},
		}[condition]
		filter.Slug = &slug
		wanted := s.wanted(t, caller.UserID, "user", condition+" and m.slug = '"+slug+"'", "m.name")
		rooms, total, err := s.store.Rooms(ctx, caller, filter, 20, 0)
		require.NoError(t, err)
		require.Equal(t, wanted, idsOf(rooms), slug)
		require.EqualValues(t, len(wanted), total)
		rooms, next, err := s.store.RoomsFrom(ctx, caller, filter, uuid.Nil.String(), 20)
		require.NoError(t, err)
		require.Empty(t, next)
		require.Equal(t, wanted, idsOf(rooms), slug)
		if len(wanted) > 0 {
			rooms, _, err = s.store.RoomsFrom(ctx, caller, filter, "ffffffff-0000-0000-0000-000000000000", 20)
			require.NoError(t, err)
			require.Empty(t, rooms, "the room is before the cursor")
		}
	}
}
