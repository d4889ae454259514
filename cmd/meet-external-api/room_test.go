// The tests of docs/contract.md, "The room".

package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStoredRoomsAreShownAsStored(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	a := s.post(roomsPath, `{"configuration": {"everyone_can_mute": true}}`, bearer(token))
	var stored string
	require.NoError(t, s.pool().Get(&stored, `select configuration from meet_room`))
	shown, err := json.Marshal(a.body["configuration"])
	require.NoError(t, err)
	require.JSONEq(t, stored, string(shown))
}

// countDraws makes the first PINs that are drawn, so many, one that is taken, and counts them all; a sequence is not undone
// with the transaction of a draw that failed.
func (s *instance) countDraws(taken string) (draws func() int) {
	s.t.Helper()
	s.sql(`create sequence draws`)
	s.sql(`create function draw() returns trigger language plpgsql as
		'begin if nextval(''draws'') <= ` + taken + ` then new.pin_code := ''00000000''; end if; return new; end'`)
	s.sql(`create trigger draw before insert on meet_room for each row when (new.pin_code is not null) execute function draw()`)
	return func() (n int) {
		s.t.Helper()
		require.NoError(s.t, s.pool().Get(&n, `select case when is_called then last_value else 0 end from draws`))
		return n
	}
}

func TestPINsThatAreTaken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		retries, taken string
		draws          int
		pin            bool
	}{
		"none":               {"3", "0", 1, true},
		"all but the last":   {"3", "2", 3, true},
		"all":                {"3", "3", 3, false},
		"the only one":       {"1", "1", 1, false},
		"by default, four":   {"", "4", 5, true},
		"by default, 5 of 5": {"", "5", 5, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, user, token := roomServer(t, map[string]string{
				"ROOM_TELEPHONY_ENABLED": "true", "ROOM_TELEPHONY_PIN_LENGTH": "8", "ROOM_TELEPHONY_PIN_MAX_RETRIES": c.retries,
			})
			s.sql(`update meet_room set pin_code = '00000000' where resource_id = $1`, s.seed(user, "owner", "first"))
			draws := s.countDraws(c.taken)

			a := s.post(roomsPath, "{}", bearer(token))

			require.Equal(t, 201, a.status)
			require.Equal(t, c.draws, draws())
			shown := a.body["telephony"].(map[string]any)["pin_code"]
			var stored *string
			require.NoError(t, s.pool().Get(&stored, `select pin_code from meet_room where resource_id = $1`, a.body["id"]))
			if c.pin {
				require.Regexp(t, `^\d{8}$`, shown)
				require.Equal(t, shown, *stored)
				require.NotContains(t, s.log.String(), "a room has no PIN")
				return
			}
			require.Nil(t, shown)
			require.Nil(t, stored)
			line := s.log.wait(t, "a room has no PIN: all that were drawn are taken")
			require.Equal(t, a.body["id"], line["room"])
			require.Equal(t, "WARN", line["level"])
		})
	}
}

// Devices of the room kit dial in with a PIN that is not shown.
func TestRoomKitAlone(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t, map[string]string{"ROOMKIT_ENABLED": "true", "ROOM_TELEPHONY_PIN_LENGTH": "6"})
	a := s.post(roomsPath, "{}", bearer(token))
	require.Equal(t, 201, a.status)
	require.NotContains(t, a.body, "telephony")
	var pin string
	require.NoError(t, s.pool().Get(&pin, `select coalesce(pin_code, '') from meet_room`))
	require.Regexp(t, `^\d{6}$`, pin)
}

func TestTelephony(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t, map[string]string{
		"ROOM_TELEPHONY_ENABLED": "true", "ROOM_TELEPHONY_PHONE_NUMBER": "+33 1 23 45 67 89", "ROOM_TELEPHONY_DEFAULT_COUNTRY": "FR",
		"ROOM_TELEPHONY_PIN_LENGTH": "4", "ROOM_TELEPHONY_PIN_MAX_RETRIES": "3",
	})
	a := s.post(roomsPath, "{}", bearer(token))
	require.Equal(t, 201, a.status)
	telephony := a.body["telephony"].(map[string]any)
	require.Regexp(t, `^\d{4}$`, telephony["pin_code"])
	require.Equal(t, map[string]any{
		"enabled": true, "phone_number": "+33 1 23 45 67 89", "default_country": "FR", "pin_code": telephony["pin_code"],
	}, telephony)
	require.NotContains(t, a.body, "pin_code")
	old := s.get("/rooms/"+s.seed(user, "owner", "old")+"/", bearer(token)).body["telephony"].(map[string]any)
	require.Nil(t, old["pin_code"])

	// Every PIN but one is taken: it is drawn, or the room is made without one.
	s.sql(`insert into meet_resource select gen_random_uuid(), now(), now() from generate_series(1, 10000)`)
	s.sql(`insert into meet_room select id, 'x', null, '{}', 'trusted', lpad((row_number() over () - 1)::text, 4, '0') from meet_resource
		where id not in (select resource_id from meet_room) on conflict do nothing`)
	none := s.post(roomsPath, "{}", bearer(token))
	require.Equal(t, 201, none.status)
	require.Nil(t, none.body["telephony"].(map[string]any)["pin_code"])
	line := s.log.wait(t, "a room has no PIN: all that were drawn are taken")
	require.Equal(t, none.body["id"], line["room"])
	require.Equal(t, "WARN", line["level"])

	quiet, _, _, token := roomServer(t)
	require.NotContains(t, quiet.post(roomsPath, "{}", bearer(token)).body, "telephony")
	var pins int
	require.NoError(t, quiet.pool().Get(&pins, `select count(pin_code) from meet_room`))
	require.Zero(t, pins)
}
