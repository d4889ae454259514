package contracttest

import (
	"context"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"time"
)

const (
	roomHeading   = "The room"
	createHeading = "POST /rooms/"
	oneHeading    = "GET /rooms/{id}/"
	rolesHeading  = "Roles"
	deleteHeading = "DELETE /rooms/{id}/"
	moreOfRooms   = "More about rooms"
	// nobodysRoom is the id of no room.
	nobodysRoom = "00000000-0000-4000-8000-000000000000"
)

var slugForm = regexp.MustCompile(`^[a-z]{3}-[a-z]{4}-[a-z]{3}$`)

var roomChecks = []check{
	{name: "a room is as the contract has it", heading: roomHeading, mark: meet, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.room(ctx)
		_, pin := a.body["pin_code"]
		_, accesses := a.body["accesses"]
		return first(err, expect(!pin && !accesses, "it tells its PIN or its accesses"))
	}},
	{name: "a room is named by letters", heading: createHeading, mark: meet, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.room(ctx)
		return first(err, expect(slugForm.MatchString(a.text("slug")) && a.text("name") == a.text("slug"), "name %q, slug %q", a.text("name"), a.text("slug")))
	}},
	{name: "a creation does without a body", heading: createHeading, mark: meet, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", header: object{"Content-Type": "application/json"}})
		return first(err, a.is(http.StatusCreated))
	}},
	{name: "a creation is 201 with the URL of the room", heading: createHeading, mark: fix, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.room(ctx)
		return first(err, expect(strings.HasSuffix(a.header.Get("Location"), "/rooms/"+a.text("id")+"/"), "Location is %q", a.header.Get("Location")))
	}},
	{name: "a room is made as it is asked for", heading: createHeading, mark: meet, scopes: creating, run: func(ctx context.Context, s *server) error {
		configuration := object{"can_publish_sources": []any{"microphone"}, "everyone_can_mute": false}
		a, err := s.ask(ctx, request{operation: "createRoom", body: object{"access_level": "restricted", "configuration": configuration}})
		return first(err, a.is(http.StatusCreated), expect(a.text("access_level") == "restricted" && reflect.DeepEqual(a.body["configuration"], any(configuration)),
			"access_level %q, configuration %v", a.text("access_level"), a.body["configuration"]))
	}},
	{name: "an unknown access level is 400", heading: createHeading, mark: meet, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: object{"access_level": "secret"}})
		return first(err, a.names("access_level"))
	}},
	{name: "an unknown key of a configuration is 400", heading: createHeading, mark: meet, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: object{"configuration": object{"colour": "blue"}}})
		return first(err, a.names("configuration"), expect(strings.Contains(string(a.raw), "Extra inputs are not permitted"), "got %s", a))
	}},
	{name: "the same Idempotency-Key makes one room", heading: createHeading, mark: beyond, scopes: creating, run: func(ctx context.Context, s *server) error {
		key := object{"Idempotency-Key": name()}
		one, err := s.ask(ctx, request{operation: "createRoom", body: object{}, header: key})
		if err != nil {
			return err
		}
		again, err := s.ask(ctx, request{operation: "createRoom", body: object{}, header: key})
		return first(err, again.is(http.StatusCreated), expect(again.text("id") == one.text("id"), "there are two rooms"),
			expect(again.header.Get("Idempotent-Replayed") == "true", "no Idempotent-Replayed"))
	}},
	{name: "an Idempotency-Key with another body is 422", heading: createHeading, mark: beyond, scopes: creating, run: func(ctx context.Context, s *server) error {
		key := object{"Idempotency-Key": name()}
		if _, err := s.ask(ctx, request{operation: "createRoom", body: object{}, header: key}); err != nil {
			return err
		}
		a, err := s.ask(ctx, request{operation: "createRoom", body: object{"access_level": "restricted"}, header: key})
		return first(err, a.is(http.StatusUnprocessableEntity))
	}},
	{name: "a room is read", heading: oneHeading, mark: meet, scopes: reading, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		a, err := s.ask(ctx, request{operation: "retrieveRoom", id: room.text("id")})
		return first(err, a.is(http.StatusOK), expect(a.text("id") == room.text("id") && a.text("slug") == room.text("slug"), "it is another one"))
	})},
	{name: "a room is read by its slug", heading: rolesHeading, mark: beyond, scopes: reading, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		a, err := s.ask(ctx, request{operation: "retrieveRoom", id: room.text("slug")})
		return first(err, a.is(http.StatusOK), expect(a.text("id") == room.text("id"), "it is another one"))
	})},
	{name: "a room that is not there is 404", heading: rolesHeading, mark: meet, scopes: reading, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "retrieveRoom", id: nobodysRoom})
		return first(err, a.says(http.StatusNotFound, "No Room matches the given query."))
	}},
	{name: "a room is changed", heading: oneHeading, mark: meet, scopes: changing, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		a, err := s.update(ctx, room, object{"access_level": "restricted"}, nil)
		return first(err, expect(a.text("access_level") == "restricted", "its access level is %q", a.text("access_level")))
	})},
	{name: "a configuration is replaced as a whole", heading: oneHeading, mark: meet, scopes: changing, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		var last answer
		for _, configuration := range []object{{"everyone_can_mute": false}, {"can_publish_sources": []any{"camera"}}} {
			a, err := s.update(ctx, room, object{"configuration": configuration}, nil)
			if err != nil {
				return err
			}
			last = a
		}
		configuration, _ := last.body["configuration"].(object)
		return expect(configuration["can_publish_sources"] != nil && configuration["everyone_can_mute"] == nil, "it is %v", configuration)
	})},
	{name: "an empty change changes nothing", heading: oneHeading, mark: meet, scopes: changing, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		before, err := s.update(ctx, room, object{}, nil)
		if err != nil {
			return err
		}
		after, err := s.update(ctx, room, object{}, nil)
		return first(err, expect(reflect.DeepEqual(before.body, after.body), "the room is another"))
	})},
	{name: "a room is not replaced", heading: oneHeading, mark: meet, scopes: changing, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		a, err := s.ask(ctx, request{method: http.MethodPut, path: "/rooms/" + room.text("id") + "/", body: object{}})
		return first(err, a.says(http.StatusMethodNotAllowed, `Method "PUT" not allowed.`))
	})},
}

var deletionChecks = []check{
	{name: "a room is deleted", heading: deleteHeading, mark: beyond, scopes: deleting, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		a, err := s.ask(ctx, request{operation: "deleteRoom", id: room.text("id")})
		if err := first(err, a.is(http.StatusNoContent)); err != nil {
			return err
		}
		again, err := s.ask(ctx, request{operation: "deleteRoom", id: room.text("id")})
		return first(err, again.says(http.StatusNotFound, "No Room matches the given query."))
	})},
}

var conditionChecks = []check{
	{name: "an unchanged room is 304", heading: moreOfRooms, mark: beyond, scopes: reading, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		a, err := s.ask(ctx, request{operation: "retrieveRoom", id: room.text("id"), header: object{"If-None-Match": room.header.Get("ETag")}})
		return first(err, a.is(http.StatusNotModified))
	})},
	{name: "a change of a room that has changed is 412", heading: moreOfRooms, mark: beyond, scopes: changing, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		known := object{"If-Match": room.header.Get("ETag")}
		a, err := s.update(ctx, room, object{"access_level": "restricted"}, known)
		if err := first(err, expect(a.header.Get("ETag") != room.header.Get("ETag"), "its ETag is the same")); err != nil {
			return err
		}
		again, err := s.ask(ctx, request{operation: "updateRoom", id: room.text("id"), body: object{"access_level": "trusted"}, header: known})
		return first(err, again.is(http.StatusPreconditionFailed))
	})},
	{name: "a room expires", heading: moreOfRooms, mark: beyond, scopes: changing, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		if err := expect(room.text("expires_at") != "", "it does not say when"); err != nil {
			return err
		}
		a, err := s.update(ctx, room, object{"expires_at": nil}, nil)
		_, expires := a.body["expires_at"]
		return first(err, expect(!expires, "null does not take the time back"))
	})},
	{name: "a room expires in the future", heading: moreOfRooms, mark: beyond, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: object{"expires_at": time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)}})
		return first(err, a.names("expires_at"))
	}},
}

// withRoom makes a room for a check.
func withRoom(run func(context.Context, *server, answer) error) func(context.Context, *server) error {
	return func(ctx context.Context, s *server) error {
		room, err := s.room(ctx)
		if err != nil {
			return err
		}
		return run(ctx, s, room)
	}
}
