package bench

import (
	"crypto/md5"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// owned is how many rooms one user owns: a booking page that uses one service account has as many.
var owned = []int{20, 10_000, 100_000, 1_000_000}

// maxByNumber is up to how many rooms pages far behind are measured by number, which cost more the more there are.
const maxByNumber = 100_000

const (
	// ownerPage is how many rooms are on a page, and largestPage the most that there can be.
	ownerPage, largestPage = 10, 100
	// farPages is after how many of the largest pages a page is far behind, where there are as many.
	farPages = 2000
	// Each time, an operation is measured for so long, and for no more than so many requests.
	ownerRounds   = 5
	ownerRound    = 400 * time.Millisecond
	ownerRequests = 200
)

// ownerOf is the number of the user who owns so many rooms; ownedRoom is the name of their i-th: names of all users are mixed, as random
// ones are.
func ownerOf(rooms int) int { return users + rooms }
func ownedRoom(rooms, i int) string {
	return fmt.Sprintf("%x", md5.Sum(fmt.Appendf(nil, "%d of %d", i, rooms)))
}

// fillOwners makes the users and their rooms, as if the rooms had been created through the API. Foreign keys, which hold, are not checked,
// and what is found by id alone is made in the order of ids: both would take most of the time. Rooms and accesses come in any order.
func (d database) fillOwners(b *testing.B) {
	b.Helper()
	for _, rooms := range owned {
		d.exec(b, strings.NewReplacer("OWNER", userID(ownerOf(rooms)), "NUMBER", fmt.Sprint(ownerOf(rooms)), "ROOMS", fmt.Sprint(rooms),
			"CLIENT", quickClient).Replace(`
			begin;
			set local session_replication_role = replica;
			insert into meet_user (id, password, is_superuser, created_at, updated_at, sub, email, language, timezone, is_device, is_staff,
				is_active, default_room_configuration)
			values ('OWNER', '!', false, now(), now(), 'subNUMBER', 'userNUMBER@example.com', 'en-us', 'UTC', false, false, true, '{}');
			create temporary table made on commit drop as
			select cast(md5(name) as uuid) as id, name from (select md5(i || ' of ROOMS') from generate_series(0, ROOMS - 1) i) as of_owner (name);
			insert into meet_resource (id, created_at, updated_at) select id, now(), now() from made order by id;
			insert into meet_room (resource_id, name, slug, configuration, access_level) select id, name, name, '{}', 'trusted' from made;
			insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
			select id, now(), now(), 'owner', id, 'OWNER' from made;
			insert into external_api.room (room_id, application_id, user_id)
			select made.id, a.id, 'OWNER' from made, meet_application a where a.client_id = 'CLIENT' order by made.id;
			commit`))
	}
	d.exec(b, "vacuum analyze")
	d.exec(b, "checkpoint")
}

// benchmarkOwners measures what requests cost users who own few rooms and many: medians of the latency, one request after the other,
// and how many times that of the first it is.
func (d database) benchmarkOwners(b *testing.B) {
	d.fillOwners(b)
	s := d.serve(b)
	operations := make([][]operation, len(owned))
	for i, rooms := range owned {
		operations[i] = s.ownerOperations(b, rooms)
	}
	fmt.Print("\n| rooms of the user |")
	for _, rooms := range owned {
		fmt.Printf(" %d |", rooms)
	}
	fmt.Printf("\n| --- |%s\n", strings.Repeat(" --- |", len(owned)))
	for number, o := range operations[0] {
		took := make([][]float64, len(owned))
		for range ownerRounds {
			for i := range owned {
				if operations[i][number].path != nil {
					took[i] = append(took[i], s.latency(b, operations[i][number]))
				}
			}
		}
		fmt.Printf("| %s |", o.name)
		for i := range owned {
			if took[i] == nil {
				fmt.Print(" |")
				continue
			}
			fmt.Printf(" %.1f ms (%.1f) |", median(took[i]), median(took[i])/median(took[0]))
		}
		fmt.Println()
	}
}

// ownerOperations are those of the user who owns so many rooms.
func (s server) ownerOperations(b *testing.B, rooms int) []operation {
	b.Helper()
	token := s.token(b, ownerOf(rooms))
	get := func(name string, path func(i int) string) operation {
		return operation{name, http.MethodGet, path, fixed(""), token}
	}
	page := func(parameters string) func(int) string {
		return fixed(fmt.Sprintf("/rooms/?page_size=%d&%s", ownerPage, parameters))
	}
	var last operation // none where it would take too long
	if rooms <= maxByNumber {
		last = get("`page=last`", page("page=last"))
	}
	return []operation{
		get("first page by cursor", page("cursor=")),
		get("a page far behind, by cursor", page("cursor="+s.farCursor(b, token, rooms))),
		get("`slug=`", func(i int) string { return "/rooms/?slug=" + ownedRoom(rooms, i%rooms) }),
		get("retrieve", func(i int) string { return "/rooms/" + idOf(ownedRoom(rooms, i%rooms)) + "/" }),
		get("retrieve by slug", func(i int) string { return "/rooms/" + ownedRoom(rooms, i%rooms) + "/" }),
		get("page 1, by number", page("page=1")),
		last,
		// After the others, since it adds to what they find.
		{"create", http.MethodPost, fixed("/rooms/"), fixed("{}"), token},
	}
}

// farCursor is that of a page after many others, in the middle of the rooms or before.
func (s server) farCursor(b *testing.B, token string, rooms int) (cursor string) {
	b.Helper()
	size := min(largestPage, rooms/2)
	for range min(farPages, rooms/2/size) {
		o := operation{method: http.MethodGet, path: fixed(fmt.Sprintf("/rooms/?page_size=%d&cursor=%s", size, cursor)), body: fixed(""), token: token}
		response, err := http.DefaultClient.Do(o.request(s.url)(0))
		require.NoError(b, err)
		var page struct{ Next string }
		require.NoError(b, json.NewDecoder(response.Body).Decode(&page))
		require.NoError(b, response.Body.Close())
		next, err := response.Request.URL.Parse(page.Next)
		require.NoError(b, err)
		cursor = next.Query().Get("cursor")
		require.NotEmpty(b, cursor)
	}
	return cursor
}

// latency is the median of those of one request after the other, in milliseconds.
func (s server) latency(b *testing.B, o operation) float64 {
	b.Helper()
	for i := range 10 { // so that statements are prepared, and planned for any values
		statusOf(http.DefaultClient.Do(o.request(s.url)(i)))
	}
	var took []float64
	for begin := time.Now(); len(took) < ownerRequests && time.Since(begin) < ownerRound; {
		sent := time.Now()
		status := statusOf(http.DefaultClient.Do(o.request(s.url)(len(took) * 7919)))
		took = append(took, milliseconds(time.Since(sent)))
		require.Contains(b, []int{http.StatusOK, http.StatusCreated}, status, o.name)
	}
	return median(took)
}
