package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/db"
	"meet-external-api/operator"
	"meet-external-api/refusal"
)

// overlap is how long old secrets go on beside a new one, as a form has it.
type overlap struct {
	Seconds int
	Text    string
}

var overlaps = []overlap{
	{0, "End at once"},
	{3600, "Go on for 1 hour"},
	{24 * 3600, "Go on for 24 hours"},
	{7 * 24 * 3600, "Go on for 7 days"},
	{30 * 24 * 3600, "Go on for 30 days"},
}

// newest is the id of the secret that a rotation replaces.
func newest(a operator.Application) string {
	for _, secret := range a.Secrets {
		if secret.ExpiresAt == nil {
			return secret.ID
		}
	}
	return db.NoSecret
}

// rotateSecret gives an application a new secret and shows it, in this answer alone.
func (c *Console) rotateSecret(e echo.Context) error {
	form, err := readForm(e)
	if err != nil {
		return err
	}
	seconds, err := strconv.Atoi(form.Get("overlap_seconds"))
	if err != nil || !slices.ContainsFunc(overlaps, func(o overlap) bool { return o.Seconds == seconds }) {
		err = refusal.Field("overlap_seconds", refusal.FieldInvalid)
		return c.showProblems(e, http.StatusBadRequest, err)
	}
	rotated, secret, err := c.Service.RotateSecret(e.Request().Context(), c.source(e), e.Param("id"), operator.Rotation{
		Overlap: time.Duration(seconds) * time.Second, Replacing: form.Get("replacing"),
	})
	if err != nil {
		return c.showProblems(e, http.StatusConflict, err)
	}
	return c.page(e, http.StatusOK, "secret", secretPage{
		Application: rotated, Secret: secret, FirstToken: operator.FirstToken(c.Service.APIURL, rotated.Application, secret), Rotated: true,
	})
}

// endSecret ends one secret.
func (c *Console) endSecret(e echo.Context) error {
	form, err := readForm(e)
	if err != nil {
		return err
	}
	if _, err := c.Service.EndSecret(e.Request().Context(), c.source(e), e.Param("id"), form.Get("secret")); err != nil {
		return c.showProblems(e, http.StatusConflict, err)
	}
	return c.doneWith(e, "The secret has ended.")
}

// showProblems shows the application with why nothing was done to it.
func (c *Console) showProblems(e echo.Context, status int, err error) error {
	found := problemsOf(err)
	if found == nil {
		return err
	}
	return errors.Join(c.answerApplication(e, status, func(p *applicationPage) { p.Problems = found }), err)
}

// applicationPath is the page of an application.
func applicationPath(id string) string { return Path + "/applications/" + url.PathEscape(id) + "/" }
