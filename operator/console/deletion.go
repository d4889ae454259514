package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"meet-external-api/operator"
)

// deletionPage is the data of templates/delete.html.
type deletionPage struct {
	operator.Application
	Deletion operator.Deletion
}

// askDeletion tells what stops working when the application is deleted, and asks whether that is meant.
func (c *Console) askDeletion(e echo.Context) error {
	application, deletion, err := c.Service.DeletionOf(e.Request().Context(), e.Param("id"))
	if err != nil {
		return err
	}
	return c.page(e, http.StatusOK, "delete", deletionPage{application, deletion})
}

// deleteApplication deletes an application.
func (c *Console) deleteApplication(e echo.Context) error {
	if _, err := c.Service.DeleteApplication(e.Request().Context(), c.source(e), e.Param("id")); err != nil {
		return err
	}
	return done(e, "The application is deleted. The rooms that it created are still there.", Path+"/applications/")
}
