package console

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/db"
)

// pageSize is how many rows of a list are on one page.
const pageSize = 50

// applicationsPage is the data of templates/applications.html.
type applicationsPage struct {
	Search, State, Scope string
	Scopes               []string
	Applications         []db.Application
	// LastUses is when a secret of each was last used, by the UUID; one that is not there has not been.
	LastUses map[string]*time.Time
	// After is where this page begins; Next is the address of the next one. Empty: there is none before, or after.
	After, Next string
}

// Filtered is whether some applications may be left out.
func (p applicationsPage) Filtered() bool {
	return p.Search != "" || p.State != "all" || p.Scope != "" || p.After != ""
}

// listApplications shows the applications that are asked for.
func (c *Console) listApplications(e echo.Context) error {
	shown := applicationsPage{
		Search: asked(e, "search"), State: oneOf(asked(e, "state"), "all", "active", "inactive"), Scope: oneOf(asked(e, "scope"), append([]string{""}, auth.Scopes...)...),
		Scopes: auth.Scopes, After: asked(e, "after"),
	}
	ctx := e.Request().Context()
	found, more, err := c.Service.Applications(ctx, db.ApplicationPage{
		Page: db.Page{Search: shown.Search, After: shown.After, Limit: pageSize}, State: shown.State, Scope: shown.Scope,
	})
	if err != nil {
		return err
	}
	shown.Applications = found
	if more {
		shown.Next = nextPage(e, "after", found[len(found)-1].ID)
	}
	if shown.LastUses, err = c.Service.Store.LastUses(ctx, ids(found)); err != nil {
		return err
	}
	return c.page(e, http.StatusOK, "applications", shown)
}

func ids(applications []db.Application) []string {
	all := make([]string, len(applications))
	for i, application := range applications {
		all[i] = application.ID
	}
	return all
}

// oneOf is the value, or the first one that it can have.
func oneOf(value string, allowed ...string) string {
	if slices.Contains(allowed, value) {
		return value
	}
	return allowed[0]
}

// nextPage is the address of this page with another parameter.
func nextPage(e echo.Context, name, value string) string {
	query := url.Values{}
	for other, values := range e.QueryParams() {
		query[other] = values
	}
	query.Set(name, value)
	return "?" + query.Encode()
}
