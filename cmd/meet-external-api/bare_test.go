package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/handlers"
)

// newBare is the least that could be done: Echo's router, the same prepared SQL, the same JWT, and the rows as JSON. No
// authentication, no validation, no log.
func newBare(store *db.DB, tokens *auth.Tokens, clientID, user string) *echo.Echo {
	e := echo.New()
	base := handlers.BasePath
	e.POST(base+"/application/token/", func(c echo.Context) error {
		var body struct {
			ClientID string `json:"client_id"`
			Scope    string `json:"scope"`
		}
		if err := c.Bind(&body); err != nil {
			return err
		}
		client, err := store.ClientAndUsers(c.Request().Context(), db.ClientQuery{ClientID: body.ClientID, Address: body.Scope})
		if err != nil {
			return err
		}
		token, err := tokens.Issue(client.ClientID, client.Users[0].ID, client.Scopes, time.Now())
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 3600})
	})
	// withCaller runs what each request to /rooms runs first.
	withCaller := func(next func(ctx context.Context, c echo.Context, caller db.Caller) (any, error)) echo.HandlerFunc {
		return func(c echo.Context) error {
			ctx := c.Request().Context()
			caller, err := store.Caller(ctx, clientID, user, "")
			if err != nil {
				return err
			}
			result, err := next(ctx, c, caller)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, result)
		}
	}
	e.GET(base+"/rooms/", withCaller(func(ctx context.Context, _ echo.Context, caller db.Caller) (any, error) {
		rooms, _, err := store.Rooms(ctx, db.RoomFilter{UserID: caller.UserID}, 20, 0)
		return rooms, err
	}))
	e.GET(base+"/rooms/:id/", withCaller(func(ctx context.Context, c echo.Context, caller db.Caller) (any, error) {
		room, _, err := store.Room(ctx, db.RoomFilter{UserID: caller.UserID}, c.Param("id"))
		return room, err
	}))
	e.POST(base+"/rooms/", withCaller(func(ctx context.Context, _ echo.Context, caller db.Caller) (any, error) {
		return store.CreateRoom(ctx, db.NewRoom{
			OwnerID: caller.UserID, ApplicationID: caller.ApplicationID, AccessLevel: "trusted",
			Configuration: json.RawMessage("{}"), DrawName: func() string { return auth.RandomString(10) },
		})
	}))
	return e
}

// serveBare is the bare server as a process of its own, see TestMain.
func serveBare() {
	store, err := db.Open(os.Getenv("DATABASE_URL"))
	if err == nil {
		err = store.Prepare(context.Background())
	}
	if err != nil {
		panic(err)
	}
	s, err := readSettings(os.Getenv)
	if err != nil {
		panic(err)
	}
	tokens, err := s.tokens()
	if err != nil {
		panic(err)
	}
	e := newBare(store, tokens, os.Getenv("BARE_CLIENT_ID"), os.Getenv("BARE_USER"))
	e.HideBanner = true
	panic(e.Start(os.Getenv("EXTERNAL_API_LISTEN")))
}
