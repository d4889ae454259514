package contracttest

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

const listHeading = "GET /rooms/"

var listChecks = []check{
	{name: "rooms are listed by page", heading: listHeading, mark: meet, scopes: listing, run: withRoom(func(ctx context.Context, s *server, _ answer) error {
		a, err := s.ask(ctx, request{operation: "listRooms"})
		count, counted := a.body["count"].(float64)
		results, _ := a.body["results"].([]any)
		return first(err, a.is(http.StatusOK), expect(counted && count >= 1 && len(results) >= 1, "the room that was made is not counted"))
	})},
	{name: "a page has as many rooms as asked for", heading: listHeading, mark: fix, scopes: listing, run: withRoom(func(ctx context.Context, s *server, _ answer) error {
		if _, err := s.room(ctx); err != nil {
			return err
		}
		a, err := s.ask(ctx, request{operation: "listRooms", query: "page_size=1"})
		results, _ := a.body["results"].([]any)
		if err := first(err, expect(len(results) == 1 && a.text("next") != "", "%d rooms, next is %q", len(results), a.text("next"))); err != nil {
			return err
		}
		next, err := url.Parse(a.text("next"))
		if err != nil {
			return err
		}
		return expect(next.IsAbs() && next.Query().Get("page") == "2" && next.Query().Get("page_size") == "1", "next is %q", a.text("next"))
	})},
	{name: "a page after the last is 404", heading: listHeading, mark: meet, scopes: everyRoom, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "listRooms", query: "page=1000000"})
		return first(err, a.says(http.StatusNotFound, "Invalid page."))
	}},
	{name: "a page that is no number is 400", heading: listHeading, mark: fix, scopes: everyRoom, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "listRooms", query: "page=two"})
		return first(err, a.names("page"))
	}},
	{name: "a page size is bounded", heading: listHeading, mark: fix, scopes: everyRoom, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "listRooms", query: "page_size=101"})
		return first(err, a.names("page_size"))
	}},
	{name: "a room is found by its slug", heading: listHeading, mark: beyond, scopes: listing, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		return s.finds(ctx, room, "slug="+room.text("slug"))
	})},
	{name: "rooms are filtered", heading: moreOfRooms, mark: beyond, scopes: listing, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		slug := "slug=" + room.text("slug")
		if err := s.finds(ctx, room, slug+"&created_by=me&role=owner&role=member&access_level="+room.text("access_level")); err != nil {
			return err
		}
		for _, other := range []string{"&role=member", "&access_level=restricted", "&created_after=2100-01-01T00:00:00Z", "&created_before=2000-01-01T00:00:00Z"} {
			a, err := s.ask(ctx, request{operation: "listRooms", query: slug + other})
			if err := first(err, expect(a.body["count"] == 0.0, "%s finds it", other)); err != nil {
				return err
			}
		}
		return nil
	})},
	{name: "rooms are walked through by cursor", heading: moreOfRooms, mark: beyond, scopes: listing, run: withRoom(func(ctx context.Context, s *server, one answer) error {
		another, err := s.room(ctx)
		if err != nil {
			return err
		}
		wanted := map[string]bool{one.text("id"): true, another.text("id"): true}
		// In order of their ids, rooms of today are not the last: the walk is not long where filters leave others out.
		query := "page_size=1&created_by=me&created_after=" + url.QueryEscape(s.began)
		for cursor, pages := "", 0; len(wanted) > 0; pages++ {
			a, err := s.ask(ctx, request{operation: "listRooms", query: query + "&cursor=" + cursor})
			if err := first(err, a.is(http.StatusOK), expect(a.body["count"] == nil, "there is a count"), expect(pages < 1000, "it does not end")); err != nil {
				return err
			}
			results, _ := a.body["results"].([]any)
			if err := expect(len(results) <= 1, "a page has %d rooms", len(results)); err != nil {
				return err
			}
			for _, result := range results {
				room, _ := result.(object)
				id, _ := room["id"].(string)
				delete(wanted, id)
			}
			next, err := url.Parse(a.text("next"))
			if err != nil {
				return err
			}
			cursor = next.Query().Get("cursor")
			if err := expect(cursor != "" || len(wanted) == 0, "it ends before %d rooms", len(wanted)); err != nil {
				return err
			}
		}
		return nil
	})},
	{name: "page and cursor exclude each other", heading: moreOfRooms, mark: beyond, scopes: everyRoom, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "listRooms", query: "page=1&cursor="})
		return first(err, a.is(http.StatusBadRequest))
	}},
}

// finds is an error unless a query finds one room, and that one.
func (s *server) finds(ctx context.Context, room answer, query string) error {
	a, err := s.ask(ctx, request{operation: "listRooms", query: query})
	return first(err, a.is(http.StatusOK), expect(a.body["count"] == 1.0 && strings.Contains(string(a.raw), room.text("id")), "it is not found by %s", query))
}

const grantHeading = "POST /rooms/{id}/grant-access/"

var accessChecks = []check{
	{name: "who has a role is listed", heading: moreOfRooms, mark: beyond, scopes: reading, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		accesses, err := s.accesses(ctx, room)
		return first(err, expect(len(accesses) == 1 && accesses[strings.ToLower(s.config.Email)].role == "owner", "the user does not own the room"))
	})},
	{name: "a room keeps an owner", heading: moreOfRooms, mark: beyond, scopes: granting, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		accesses, err := s.accesses(ctx, room)
		if err != nil {
			return err
		}
		a, err := s.ask(ctx, request{operation: "removeAccess", id: room.text("id"), access: accesses[strings.ToLower(s.config.Email)].id})
		return first(err, a.says(http.StatusConflict, "A resource should keep at least one owner."))
	})},
	{name: "an attendee that is no address is named by its index", heading: moreOfRooms, mark: beyond, scopes: granting, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: object{"attendees": []string{s.config.Email, "nobody"}}})
		attendees, _ := a.body["attendees"].(object)
		return first(err, a.is(http.StatusBadRequest), expect(len(attendees) == 1 && attendees["1"] != nil, "got %s", a))
	}},
	{name: "an owner is not demoted", heading: grantHeading, mark: beyond, scopes: granting, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		a, err := s.ask(ctx, request{operation: "grantAccess", id: room.text("id"), body: object{"email": s.config.Email, "role": "member"}})
		return first(err, a.says(http.StatusOK, "Delegate is already owner of this room."), expect(a.text("role") == "owner", "the role is %q", a.text("role")))
	})},
	{name: "the role of an owner is not given", heading: grantHeading, mark: beyond, scopes: granting, run: withRoom(func(ctx context.Context, s *server, room answer) error {
		a, err := s.ask(ctx, request{operation: "grantAccess", id: room.text("id"), body: object{"email": s.config.Email, "role": "owner"}})
		return first(err, a.names("role"))
	})},
	{name: "another user is given a role, and loses it", heading: grantHeading, mark: beyond, scopes: granting, colleague: true,
		run: withRoom(func(ctx context.Context, s *server, room answer) error {
			for _, status := range []int{http.StatusCreated, http.StatusOK} {
				a, err := s.ask(ctx, request{operation: "grantAccess", id: room.text("id"), body: object{"email": s.config.Colleague}})
				if err := first(err, a.is(status), expect(a.text("role") == "administrator", "the role is %q", a.text("role"))); err != nil {
					return err
				}
			}
			accesses, err := s.accesses(ctx, room)
			if err != nil {
				return err
			}
			a, err := s.ask(ctx, request{operation: "removeAccess", id: room.text("id"), access: accesses[strings.ToLower(s.config.Colleague)].id})
			if err := first(err, a.is(http.StatusNoContent)); err != nil {
				return err
			}
			left, err := s.accesses(ctx, room)
			return first(err, expect(len(left) == 1, "%d have a role", len(left)))
		})},
	{name: "attendees are members", heading: moreOfRooms, mark: beyond, scopes: granting, colleague: true, run: func(ctx context.Context, s *server) error {
		room, err := s.ask(ctx, request{operation: "createRoom", body: object{"attendees": []string{s.config.Colleague}}})
		if err := first(err, room.is(http.StatusCreated)); err != nil {
			return err
		}
		accesses, err := s.accesses(ctx, room)
		return first(err, expect(accesses[strings.ToLower(s.config.Colleague)].role == "member", "the role is %q", accesses[strings.ToLower(s.config.Colleague)].role))
	}},
}

type access struct{ id, role string }

// accesses are those of a room, by address in lower case.
func (s *server) accesses(ctx context.Context, room answer) (map[string]access, error) {
	a, err := s.ask(ctx, request{operation: "listAccesses", id: room.text("id")})
	if err := first(err, a.is(http.StatusOK)); err != nil {
		return nil, err
	}
	found := map[string]access{}
	results, _ := a.body["results"].([]any)
	for _, result := range results {
		one, _ := result.(object)
		email, _ := one["email"].(string)
		id, _ := one["id"].(string)
		role, _ := one["role"].(string)
		found[strings.ToLower(email)] = access{id, role}
	}
	return found, nil
}
