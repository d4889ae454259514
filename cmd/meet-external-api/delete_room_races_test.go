// The tests of docs/contract.md, "DELETE /rooms/{id}/ — delete", where others do something with the room at the same time.

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// Of many deletions one is 204 and the rest 404, and whatever else comes is as if it had come before or after; nothing is left of the room
// but what stays of one that is deleted softly.
func TestDeletionsAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change string
		left   map[string]int
	}{
		"whole":  {`select`, leftOf(0)},
		"softly": {`alter table meet_room add column deleted_at timestamptz`, map[string]int{"meet_resource": 10, "meet_room": 10, "meet_resource_access": 0, "external_api.room": 10}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, _, token := roomServer(t, creation)
			s.sql(c.change)
			replicas := []*instance{s.replica(creation), s.replica(creation)}
			for range 10 {
				path, _ := s.made(token, "{}")
				var group errgroup.Group
				deletions := make([]int, 5)
				for i := range deletions {
					s := replicas[i%2]
					group.Go(func() error {
						deletions[i] = s.remove(path, bearer(token)).status
						return nil
					})
					group.Go(func() error {
						return among(s.patch(path, `{"access_level": "restricted", "expires_at": null}`, bearer(token)), 200, 404)
					})
					group.Go(func() error {
						body := map[string]any{"email": uuid.NewString() + "@example.com", "role": "administrator"}
						return among(s.post(path+"grant-access/", body, bearer(token)), 201, 404)
					})
				}
				require.NoError(t, group.Wait())
				slices.Sort(deletions)
				require.Equal(t, []int{204, 404, 404, 404, 404}, deletions)
			}
			require.Equal(t, c.left, s.left())
		})
	}
}

// Meet deletes the room at the same time, in its order: it always succeeds.
func TestDeletionsWhileMeetDeletes(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	s.sql(`create table meet_recording (room_id uuid references meet_room deferrable initially deferred)`)
	for range 20 {
		path, a := s.made(token, "{}")
		var group errgroup.Group
		group.Go(func() error {
			_, err := s.pool().Exec(strings.ReplaceAll(strings.Join(deleteRoom, ";"), "ROOM", "'"+a.body["id"].(string)+"'"))
			return err
		})
		for range 3 {
			group.Go(func() error { return among(s.remove(path, bearer(token)), 204, 404) })
			group.Go(func() error { return among(s.patch(path, `{"access_level": "restricted"}`, bearer(token)), 200, 404) })
		}
		require.NoError(t, group.Wait())
	}
	rows := s.left()
	delete(rows, "external_api.room") // what is left of those that Meet deleted is removed by housekeeping
	require.Equal(t, map[string]int{"meet_resource": 0, "meet_room": 0, "meet_resource_access": 0}, rows)
}

// among says which status an answer has, unless it is one of these.
func among(a answer, statuses ...int) error {
	if slices.Contains(statuses, a.status) {
		return nil
	}
	return fmt.Errorf("%d %s", a.status, a.raw)
}
