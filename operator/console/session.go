package console

import (
	"errors"
	"net/http"
	"net/url"
	"path"

	"github.com/labstack/echo/v4"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/refusal"
)

// sessionCookie holds what Service.Session knows an operator by. Browsers forget it when they are closed.
const sessionCookie = "operator_session"

// setCookie has the browser keep a value for the console alone, for so many seconds: 0 is until it is closed, and fewer not at all.
func setCookie(e echo.Context, name, value string, seconds int) {
	e.SetCookie(&http.Cookie{
		Name: name, Value: value, Path: Path, MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// cookieValue is empty where there is no such cookie.
func cookieValue(e echo.Context, name string) string {
	cookie, err := e.Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// signedIn lets operators alone to a page, and puts who they are into the context of the request. Others are asked to sign in.
func (c *Console) signedIn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(e echo.Context) error {
		request := e.Request()
		operator, err := c.operator(e)
		switch {
		case errors.Is(err, refusal.SessionEnded):
			return c.askToSignIn(e)
		case err != nil:
			return err
		}
		e.SetRequest(request.WithContext(auth.NewContext(request.Context(), operator)))
		return next(e)
	}
}

// operator is who is signed in. Errors: refusal.SessionEnded where nobody is.
func (c *Console) operator(e echo.Context) (auth.Operator, error) {
	cookie := cookieValue(e, sessionCookie)
	if cookie == "" {
		return auth.Operator{}, refusal.SessionEnded
	}
	return c.Service.Session(e.Request().Context(), cookie)
}

// askToSignIn goes to the page for signing in, and from there back to the page that was asked for, or that the form stood on. Where a link
// of another site leads here, the browser has kept the cookies to itself: the page is asked for once more, from here.
func (c *Console) askToSignIn(e echo.Context) error {
	request := e.Request()
	back := request.URL.RequestURI()
	if request.Method != http.MethodGet {
		back = path.Dir(path.Clean(request.URL.Path)) + "/"
	} else if request.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return c.goOn(e, back)
	}
	return seeOther(e, signInPath+"?"+url.Values{"next": {back}}.Encode())
}

// goOn answers with a page that goes on to a path of the console by itself: that request comes from the console, so that the browser
// sends the cookies with it.
func (c *Console) goOn(e echo.Context, path string) error {
	path = ownPath(path)
	e.Response().Header().Set("Refresh", "0; url="+path)
	return c.page(e, http.StatusOK, "go_on", path)
}

// source is who does something in the console, and from where.
func (c *Console) source(e echo.Context) audit.Source {
	ctx := e.Request().Context()
	from := auth.FromContext[auth.Origin](ctx)
	return audit.Source{
		Channel: audit.Console, Operator: auth.FromContext[auth.Operator](ctx).Name, Address: from.Address, RequestID: from.RequestID,
	}
}
