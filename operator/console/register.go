package console

import (
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"meet-external-api/operator"
	"meet-external-api/refusal"
)

// registerPage is the data of templates/register.html.
type registerPage struct {
	// ID is the UUID that the application will have, so that a form that is sent twice registers one.
	ID string
	applicationForm
}

// secretPage is the data of templates/secret.html, the only page that ever shows that secret.
type secretPage struct {
	operator.Application
	Secret     string
	FirstToken string
	// Rotated is whether the application had been registered before.
	Rotated bool
}

// askRegistration shows an empty form.
func (c *Console) askRegistration(e echo.Context) error {
	return c.page(e, http.StatusOK, "register", registerPage{ID: uuid.NewString(), applicationForm: applicationForm{Visibility: "user"}})
}

// register registers an application and shows its secret, in this answer alone: no address, no cookie and no later page has it.
func (c *Console) register(e echo.Context) error {
	form, err := readForm(e)
	if err != nil {
		return err
	}
	typed := registerPage{ID: form.Get("id"), applicationForm: readApplicationForm(form)}
	if uuid.Validate(typed.ID) != nil {
		typed.ID = uuid.NewString()
	}
	made, secret, err := c.Service.CreateApplication(e.Request().Context(), c.source(e), typed.application(typed.ID))
	switch {
	case errors.Is(err, refusal.ApplicationExists):
		return c.refuse(e, http.StatusConflict, "registered_twice", typed, err)
	case err != nil:
		wrong := problemsOf(err)
		if wrong == nil {
			return err
		}
		typed.applicationForm = typed.refused(wrong, "")
		return c.refuse(e, http.StatusBadRequest, "register", typed, err)
	}
	return c.page(e, http.StatusCreated, "secret", secretPage{
		Application: made, Secret: secret, FirstToken: operator.FirstToken(c.Service.APIURL, made.Application, secret),
	})
}
