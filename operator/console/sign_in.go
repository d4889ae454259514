package console

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/operator"
	"meet-external-api/refusal"
)

const (
	signInPath  = Path + "/sign-in/"
	signOutPath = Path + "/sign-out/"
)

// signInRoutes are what signing in and out needs.
func (c *Console) signInRoutes() []route {
	routes := []route{
		{http.MethodGet, "/sign-in/", c.showSignIn},
		{http.MethodPost, "/sign-in/", c.signIn},
		{http.MethodPost, "/sign-out/", c.signOut},
	}
	if c.OIDC != nil {
		routes = append(routes, c.oidcRoutes()...)
	}
	return routes
}

// signInPage is the data of templates/sign_in.html.
type signInPage struct {
	// Address is what was typed, Next the page to go to.
	Address, Next string
	// Problem is the text of a refusal; empty: there is none.
	Problem string
	// Insecure is whether browsers do not keep the cookie of a session, since the page comes by plain http from another machine; Tunnel
	// is the address to make a tunnel to.
	Insecure bool
	Tunnel   string
	// Provider is the host of the OpenID provider, Start where signing in by it begins; empty: there is none.
	Provider, Start string
}

// showSignIn asks for an address and a password; whoever is signed in already goes on.
func (c *Console) showSignIn(e echo.Context) error {
	next := ownPath(asked(e, "next"))
	_, err := c.operator(e)
	switch {
	case err == nil:
		return seeOther(e, next)
	case !errors.Is(err, refusal.SessionEnded):
		return err
	}
	return c.page(e, http.StatusOK, "sign_in", c.newSignInPage(e, next))
}

// signIn begins a session, with a new cookie, and goes to the page that was asked for.
func (c *Console) signIn(e echo.Context) error {
	form, err := readForm(e)
	if err != nil {
		return err
	}
	ctx := e.Request().Context()
	next := ownPath(form.Get("next"))
	cookie, err := c.Service.SignIn(ctx, c.source(e), operator.Credentials{
		Address: form.Get("address"), Password: form.Get("password"), Network: auth.FromContext[auth.Origin](ctx).Network(),
		Before: cookieValue(e, sessionCookie),
	})
	if refused := new(refusal.Error); errors.As(err, &refused) && refused.Kind == refusal.Unauthenticated {
		page := c.newSignInPage(e, next)
		page.Address, page.Problem = form.Get("address"), refused.Text
		// The error is for the log, once the page is written.
		return errors.Join(c.page(e, http.StatusForbidden, "sign_in", page), err)
	}
	if err != nil {
		return err
	}
	setCookie(e, sessionCookie, cookie, 0)
	return seeOther(e, next)
}

// signOut ends the session.
func (c *Console) signOut(e echo.Context) error {
	if cookie := cookieValue(e, sessionCookie); cookie != "" {
		if err := c.Service.SignOut(e.Request().Context(), c.source(e), cookie); err != nil {
			return err
		}
	}
	setCookie(e, sessionCookie, "", -1)
	return seeOther(e, signInPath)
}

func (c *Console) newSignInPage(e echo.Context, next string) signInPage {
	here := auth.FromContext[auth.Origin](e.Request().Context()).URL
	page := signInPage{Next: next, Insecure: here.Scheme == "http" && !isThisMachine(here.Hostname()), Tunnel: "127.0.0.1:" + here.Port()}
	if here.Port() == "" {
		page.Tunnel += "80"
	}
	if c.OIDC != nil {
		page.Provider = c.OIDC.host()
		page.Start = Path + "/oidc/start/?" + url.Values{"next": {next}}.Encode()
	}
	return page
}

// isThisMachine is whether a host is the browser's own machine, of which it trusts plain http.
func isThisMachine(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}
