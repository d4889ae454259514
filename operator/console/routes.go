package console

import (
	"errors"
	"net/http"
	"net/url"

	"meet-external-api/audit"
	"meet-external-api/middleware"

	"github.com/labstack/echo/v4"
)

// route is one page, or one form that it sends, below Path.
type route struct {
	method, path string
	handler      echo.HandlerFunc
}

// routes are what only those who are signed in reach.
func (c *Console) routes() []route {
	const application = "/applications/:id/"
	enable := c.switchApplication(true, "The application is enabled.")
	disable := c.switchApplication(false, "The application is disabled: its tokens have stopped.")
	return []route{
		{http.MethodGet, "/", c.home},
		{http.MethodGet, "/applications/", c.audited(audit.ApplicationList, c.listApplications)},
		{http.MethodGet, "/applications/new/", c.askRegistration},
		{http.MethodPost, "/applications/new/", c.audited(audit.ApplicationCreate, c.register)},
		{http.MethodGet, application, c.audited(audit.ApplicationRetrieve, c.showApplication)},
		{http.MethodPost, application + "update/", c.audited(audit.ApplicationUpdate, c.updateApplication)},
		{http.MethodPost, application + "enable/", c.audited(audit.ApplicationUpdate, enable)},
		{http.MethodPost, application + "disable/", c.audited(audit.ApplicationUpdate, disable)},
		{http.MethodPost, application + "rotate-secret/", c.audited(audit.ApplicationRotateSecret, c.rotateSecret)},
		{http.MethodPost, application + "end-secret/", c.audited(audit.ApplicationEndSecret, c.endSecret)},
		{http.MethodPost, application + "revoke-tokens/", c.audited(audit.ApplicationRevokeTokens, c.revokeTokens)},
		{http.MethodGet, application + "delete/", c.audited(audit.ApplicationRetrieve, c.askDeletion)},
		{http.MethodPost, application + "delete/", c.audited(audit.ApplicationDelete, c.deleteApplication)},
		{http.MethodGet, "/refusals/", c.audited(audit.AuditList, c.explainRefusal)},
		{http.MethodGet, "/users/", c.audited(audit.UserList, c.listUsers)},
		{http.MethodGet, "/users/:id/", c.audited(audit.UserList, c.showUser)},
		{http.MethodPost, "/users/:id/revoke-tokens/", c.audited(audit.UserRevokeTokens, c.revokeUserTokens)},
		{http.MethodGet, "/audit/", c.audited(audit.AuditList, c.listEvents)},
		{http.MethodGet, "/audit/events.csv/", c.audited(audit.AuditList, c.exportEvents)},
	}
}

// decoded makes of the parameters of a path, which come as they are encoded, what they stand for.
func decoded(next echo.HandlerFunc) echo.HandlerFunc {
	return func(e echo.Context) error {
		values := e.ParamValues()
		for i, value := range values {
			if text, err := url.PathUnescape(value); err == nil {
				values[i] = text
			}
		}
		e.SetParamValues(values...)
		return next(e)
	}
}

// audited keeps each refusal as an event of the audit trail. What succeeds is for whoever does it to tell.
func (c *Console) audited(action audit.Action, handler echo.HandlerFunc) echo.HandlerFunc {
	return func(e echo.Context) error {
		err := handler(e)
		if err != nil {
			_, refused := middleware.Describe(err, e)
			c.Service.Audit.Record(middleware.Refused(c.source(e), action, e.Param("id"), refused.Code))
		}
		return err
	}
}

// refuse shows a form again, with what is wrong with it. The error is for the log and the audit trail, once the page is written.
func (c *Console) refuse(e echo.Context, status int, name string, data any, err error) error {
	return errors.Join(c.page(e, status, name, data), err)
}

// openRoutes are what everybody reaches, beside what signing in needs.
func (c *Console) openRoutes() []route {
	return []route{
		{http.MethodGet, "/static/:file/", static},
		{http.MethodPost, "/language/", c.setLanguage},
	}
}

// home goes to the page that operators mostly come for.
func (c *Console) home(e echo.Context) error { return seeOther(e, Path+"/applications/") }
