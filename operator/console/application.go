package console

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/db"
	"meet-external-api/operator"
)

// roomsShown is how many rooms of an application are on its page, eventsShown how many of its last events.
const (
	roomsShown  = 10
	eventsShown = 10
)

// applicationPage is the data of templates/application.html.
type applicationPage struct {
	operator.Application
	// Form is for changing it, Problems are those of the other forms.
	Form     applicationForm
	Problems problems
	// Newest is the id of the newest secret, which a rotation replaces.
	Newest     string
	Overlaps   []overlap
	FirstToken string
	// Asked is the address of "may it act for this address?", Verdict the answer; nil: it was not asked.
	Asked        string
	AskedProblem problems
	Verdict      *operator.Verdict
	Rooms        []db.CreatedRoom
	NextRooms    string
	Graph        graph
	Events       events
}

// showApplication shows all there is to know of one application.
func (c *Console) showApplication(e echo.Context) error {
	return c.answerApplication(e, http.StatusOK, func(*applicationPage) {})
}

// answerApplication shows an application, after with has put onto its page what a form has brought about.
func (c *Console) answerApplication(e echo.Context, status int, with func(*applicationPage)) error {
	ctx, now := e.Request().Context(), time.Now()
	application, err := c.Service.Application(ctx, e.Param("id"))
	if err != nil {
		return err
	}
	shown := &applicationPage{
		Application: application, Form: formOf(application), Newest: newest(application), Overlaps: overlaps,
		FirstToken: operator.FirstToken(c.Service.APIURL, application.Application, ""), Asked: asked(e, "address"),
	}
	for _, read := range []func() error{
		func() error { return c.readVerdict(e, shown) },
		func() error { return c.readRooms(e, shown) },
		func() (err error) {
			shown.Events, _, err = c.events(ctx, db.EventFilter{ClientID: application.ClientID, Limit: eventsShown})
			return err
		},
		func() error {
			period := periodOf(asked(e, "period"))
			counts, err := c.Service.Store.TokenCounts(ctx, application.ClientID, period.start(now))
			shown.Graph = newGraph(period, counts, now)
			return err
		},
	} {
		if err := read(); err != nil {
			return err
		}
	}
	with(shown)
	return c.page(e, status, "application", shown)
}

// readVerdict answers whether the application may act for an address, where that is asked.
func (c *Console) readVerdict(e echo.Context, shown *applicationPage) error {
	if shown.Asked == "" {
		return nil
	}
	verdict, err := c.Service.MayActFor(e.Request().Context(), shown.ID, shown.Asked)
	if shown.AskedProblem = problemsOf(err); shown.AskedProblem != nil {
		return nil
	}
	shown.Verdict = &verdict
	return err
}

// readRooms reads one page of the rooms that the application created.
func (c *Console) readRooms(e echo.Context, shown *applicationPage) error {
	rooms, err := c.Service.CreatedRooms(e.Request().Context(), shown.ID, asked(e, "rooms_after"), roomsShown+1)
	if err != nil {
		return err
	}
	if len(rooms) > roomsShown {
		rooms = rooms[:roomsShown]
		shown.NextRooms = nextPage(e, "rooms_after", rooms[roomsShown-1].ID) + "#rooms"
	}
	shown.Rooms = rooms
	return nil
}

// updateApplication changes an application to what stands in its form.
func (c *Console) updateApplication(e echo.Context) error {
	form, err := readForm(e)
	if err != nil {
		return err
	}
	typed := readApplicationForm(form)
	_, err = c.Service.UpdateApplication(e.Request().Context(), c.source(e), e.Param("id"), typed.change())
	if wrong := problemsOf(err); wrong != nil {
		return errors.Join(c.answerApplication(e, http.StatusBadRequest, func(p *applicationPage) {
			p.Form = typed.refused(wrong, p.Form.PublicKeys)
		}), err)
	}
	if err != nil {
		return err
	}
	return c.doneWith(e, "The changes are saved.")
}

// switchApplication switches an application on, or off.
func (c *Console) switchApplication(on bool, what string) echo.HandlerFunc {
	return func(e echo.Context) error {
		change := operator.ApplicationChange{IsActive: &on}
		if _, err := c.Service.UpdateApplication(e.Request().Context(), c.source(e), e.Param("id"), change); err != nil {
			return err
		}
		return c.doneWith(e, what)
	}
}

// revokeTokens ends the tokens of an application.
func (c *Console) revokeTokens(e echo.Context) error {
	if _, err := c.Service.RevokeTokens(e.Request().Context(), c.source(e), e.Param("id")); err != nil {
		return err
	}
	return c.doneWith(e, "All tokens that were issued until now are revoked.")
}

// doneWith goes to the page of the application, which tells what was done.
func (c *Console) doneWith(e echo.Context, what string) error {
	return done(e, what, applicationPath(e.Param("id")))
}
