package console

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"meet-external-api/audit"
	"meet-external-api/db"
)

// usersPage is the data of templates/users.html.
type usersPage struct {
	Search string
	Users  []db.User
	// After is where this page begins, Next the address of the next one. Empty: there is none before, or after.
	After, Next string
}

// listUsers shows the users whose address or sub is asked for.
func (c *Console) listUsers(e echo.Context) error {
	shown := usersPage{Search: asked(e, "search"), After: asked(e, "after")}
	found, more, err := c.Service.Users(e.Request().Context(), db.Page{Search: shown.Search, After: shown.After, Limit: pageSize})
	if err != nil {
		return err
	}
	shown.Users = found
	if more {
		shown.Next = nextPage(e, "after", found[len(found)-1].ID)
	}
	return c.page(e, http.StatusOK, "users", shown)
}

// lately is how many of a user's last events are looked through for the applications that acted for them.
const lately = 200

// userPage is the data of templates/user.html.
type userPage struct {
	db.User
	// Applications acted for the user lately: the last event of each, the latest first.
	Applications []audit.Event
	Events       events
}

// Address is the user's, or what stands for one.
func (p userPage) Address() string {
	if p.Email != nil && *p.Email != "" {
		return *p.Email
	}
	return p.ID
}

// showUser shows one user.
func (c *Console) showUser(e echo.Context) error {
	ctx := e.Request().Context()
	user, err := c.Service.User(ctx, e.Param("id"))
	if err != nil {
		return err
	}
	shown := userPage{User: user}
	if shown.Events, _, err = c.events(ctx, db.EventFilter{UserID: user.ID, Limit: lately}); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, event := range shown.Events.All {
		if event.Channel == audit.ExternalAPI && event.ClientID != "" && !seen[event.ClientID] {
			seen[event.ClientID] = true
			shown.Applications = append(shown.Applications, event)
		}
	}
	shown.Events.All = shown.Events.All[:min(len(shown.Events.All), eventsShown)]
	return c.page(e, http.StatusOK, "user", shown)
}

// revokeUserTokens ends the tokens of a user.
func (c *Console) revokeUserTokens(e echo.Context) error {
	id := e.Param("id")
	if _, err := c.Service.User(e.Request().Context(), id); err != nil {
		return err // an address would mean everybody who has it
	}
	if _, err := c.Service.RevokeUserTokens(e.Request().Context(), c.source(e), id); err != nil {
		return err
	}
	return done(e, "All tokens for this user that were issued until now are revoked.", Path+"/users/"+url.PathEscape(id)+"/")
}
