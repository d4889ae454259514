package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"meet-external-api/refusal"
)

// readForm reads the fields of a form from the body, and from nowhere else: what stands in an address ends up in logs.
func readForm(e echo.Context) (url.Values, error) {
	err := e.Request().ParseForm()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, refusal.BodyTooLarge(tooLarge.Limit)
	case err != nil:
		return nil, refusal.FormEncoding
	}
	form := e.Request().PostForm
	for _, values := range form {
		for _, value := range values {
			if !isText(value) {
				return nil, refusal.FormNotUTF8
			}
		}
	}
	return form, nil
}

// isText is whether PostgreSQL can hold it.
func isText(value string) bool { return utf8.ValidString(value) && !strings.Contains(value, "\x00") }

// asked is a parameter of the address, without white space around it; what is no text is as none.
func asked(e echo.Context, name string) string {
	value := strings.TrimSpace(e.QueryParam(name))
	if !isText(value) {
		return ""
	}
	return value
}

// words are what stands in a text on lines of their own, or between commas and white space.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;\t\r\n", r) })
}

// seeOther goes to a page of the console after a form.
func seeOther(e echo.Context, path string) error { return e.Redirect(http.StatusSeeOther, path) }

// doneCookie holds what was done by a form, until the page after it has told: in the address anybody could say so.
const doneCookie = "operator_done"

// done goes to a page that tells what was done. What it is has to stand among the texts.
func done(e echo.Context, what, path string) error {
	e.SetCookie(&http.Cookie{
		Name: doneCookie, Value: url.QueryEscape(what), Path: Path, MaxAge: 60,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	return seeOther(e, path)
}

// takeDone is what was done by the form before this page, empty where nothing was. It is told once.
func takeDone(e echo.Context) string {
	cookie, err := e.Cookie(doneCookie)
	if err != nil {
		return ""
	}
	e.SetCookie(&http.Cookie{
		Name: doneCookie, Path: Path, MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	what, _ := url.QueryUnescape(cookie.Value)
	if _, known := french[what]; !known {
		return ""
	}
	return what
}
