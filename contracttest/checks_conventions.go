package contracttest

import (
	"context"
	"net/http"
	"strings"
)

const conventionsHeading = "Conventions"

var conventions = []check{
	{name: "a path does without its trailing slash", heading: conventionsHeading, mark: fix, scopes: everyRoom, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{method: http.MethodGet, path: "/rooms", query: "page_size=1"})
		return first(err, a.is(http.StatusOK))
	}},
	{name: "a path is compared after decoding", heading: conventionsHeading, mark: beyond, scopes: everyRoom, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{method: http.MethodGet, path: "/%72ooms/", query: "page_size=1"})
		return first(err, a.is(http.StatusOK))
	}},
	{name: "malformed JSON is 400", heading: conventionsHeading, mark: meet, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: "{"})
		return first(err, a.is(http.StatusBadRequest), expect(strings.HasPrefix(a.text("detail"), "JSON parse error - "), "got %s", a))
	}},
	{name: "the same key twice is malformed", heading: conventionsHeading, mark: beyond, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: `{"access_level": "trusted", "access_level": "trusted"}`})
		return first(err, a.is(http.StatusBadRequest), expect(strings.HasPrefix(a.text("detail"), "JSON parse error - "), "got %s", a))
	}},
	{name: "a list in place of an object is 400", heading: conventionsHeading, mark: meet, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: "[]"})
		return first(err, a.names("non_field_errors"))
	}},
	{name: "another media type is 415", heading: conventionsHeading, mark: meet, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: "{}", header: object{"Content-Type": "text/plain"}})
		return first(err, a.says(http.StatusUnsupportedMediaType, `Unsupported media type "text/plain" in request.`))
	}},
	{name: "a content coding is 415", heading: conventionsHeading, mark: beyond, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: "{}", header: object{"Content-Encoding": "gzip"}})
		return first(err, a.is(http.StatusUnsupportedMediaType))
	}},
	{name: "a body over 64 KiB is 413", heading: conventionsHeading, mark: beyond, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: `{"colour": "` + strings.Repeat("x", 64<<10) + `"}`})
		return first(err, a.is(http.StatusRequestEntityTooLarge))
	}},
	{name: "unknown members are ignored", heading: conventionsHeading, mark: meet, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", body: object{"colour": "blue"}})
		return first(err, a.is(http.StatusCreated))
	}},
	{name: "strict handling names what is unknown", heading: conventionsHeading, mark: beyond, scopes: creating, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "createRoom", query: "size=2", body: object{"colour": "blue"}, header: object{"Prefer": "handling=strict"}})
		return first(err, a.names("colour"), a.names("size"), expect(a.header.Get("Preference-Applied") == "handling=strict", "no Preference-Applied"))
	}},
	{name: "HEAD is answered as GET, without the body", heading: conventionsHeading, mark: beyond, scopes: everyRoom, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{method: http.MethodHead, path: "/rooms/", query: "page_size=1"})
		return first(err, a.is(http.StatusOK), expect(len(a.raw) == 0, "there is a body"))
	}},
	{name: "OPTIONS is answered with Allow", heading: conventionsHeading, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{method: http.MethodOptions, path: "/rooms/", anonymous: true})
		return first(err, a.is(http.StatusNoContent), expect(strings.Contains(a.header.Get("Allow"), "POST"), "Allow is %q", a.header.Get("Allow")))
	}},
	{name: "another method is 405 with Allow", heading: conventionsHeading, mark: meet, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{method: http.MethodPut, path: "/rooms/", body: "{}"})
		return first(err, a.says(http.StatusMethodNotAllowed, `Method "PUT" not allowed.`), expect(a.header.Get("Allow") != "", "no Allow"))
	}},
	{name: "an unknown path is 404", heading: conventionsHeading, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{method: http.MethodGet, path: "/nothing/"})
		return first(err, a.says(http.StatusNotFound, "Not found."))
	}},
	{name: "every answer has a request id", heading: conventionsHeading, mark: beyond, run: everyAnswer(func(a answer) error {
		return expect(a.header.Get("X-Request-Id") != "", "%s: no X-Request-Id", a.asked)
	})},
	{name: "every answer is not to be stored, nor guessed at", heading: conventionsHeading, mark: beyond, run: everyAnswer(func(a answer) error {
		return expect(a.header.Get("Cache-Control") == "no-store" && a.header.Get("X-Content-Type-Options") == "nosniff", "%s: no no-store, or no nosniff", a.asked)
	})},
	{name: "a request id of one's own comes back", heading: conventionsHeading, mark: beyond, run: func(ctx context.Context, s *server) error {
		id := name()
		a, err := s.ask(ctx, request{operation: "readMetadata", header: object{"X-Request-Id": id}})
		return first(err, expect(a.header.Get("X-Request-Id") == id, "got %q", a.header.Get("X-Request-Id")))
	}},
	{name: "a request id that is none is replaced", heading: conventionsHeading, mark: beyond, run: func(ctx context.Context, s *server) error {
		a, err := s.ask(ctx, request{operation: "readMetadata", header: object{"X-Request-Id": "a b"}})
		return first(err, expect(a.header.Get("X-Request-Id") != "a b", "got it back"))
	}},
}

// everyAnswer looks at answers of all sorts.
func everyAnswer(look func(answer) error) func(context.Context, *server) error {
	return func(ctx context.Context, s *server) error {
		for _, r := range []request{
			{operation: "readMetadata"},
			{operation: "retrieveRoom", id: nobodysRoom},
			{operation: "listRooms", anonymous: true},
			{operation: "generateToken", body: object{}},
			{method: http.MethodGet, path: "/nothing/"},
			{method: http.MethodPut, path: "/rooms/", body: "{}"},
		} {
			a, err := s.ask(ctx, r)
			if err := first(err, look(a)); err != nil {
				return err
			}
		}
		return nil
	}
}

// first is the first error that there is.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
