package middleware

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/refusal"
)

// oneOperation is a specification in which listRooms has more members than it needs.
func oneOperation(more string) string {
	return `{openapi: 3.0.3, info: {title: x, version: 1.0.0}, paths: {/rooms/: {get: {operationId: listRooms, x-required-scope: ` +
		auth.Scopes[0] + `, security: [{BearerAuth: []}], responses: {'200': {description: x}}` + more + `}}}}`
}

// operationsOf makes the middleware of a specification, with which nobody gets in who has no Authorization.
func operationsOf(t *testing.T, specification string) (map[string][]echo.MiddlewareFunc, error) {
	document, err := openapi3.NewLoader().LoadFromData([]byte(specification))
	require.NoError(t, err)
	return Operations(document, Options{Record: func(audit.Event) {}, Bearer: map[string]func(string) echo.MiddlewareFunc{
		"BearerAuth": func(string) echo.MiddlewareFunc {
			return func(next echo.HandlerFunc) echo.HandlerFunc {
				return func(c echo.Context) error {
					if c.Request().Header.Get("Authorization") == "" {
						return refusal.InvalidToken
					}
					return next(c)
				}
			}
		},
	}})
}

// Each answer of a deprecated operation says so, also one that turns the caller down.
func TestDeprecation(t *testing.T) {
	t.Parallel()
	const dates = `, deprecated: true, x-deprecated-since: '2027-01-31', x-sunset: '2027-07-31'`
	for more, want := range map[string]http.Header{
		"":    {},
		dates: {"Deprecation": {"@1801353600"}, "Sunset": {"Sat, 31 Jul 2027 00:00:00 GMT"}},
		dates + `, externalDocs: {url: 'https://example.org/lists'}`: {
			"Deprecation": {"@1801353600"}, "Sunset": {"Sat, 31 Jul 2027 00:00:00 GMT"}, "Link": {`<https://example.org/lists>; rel="deprecation"`},
		},
	} {
		chains, err := operationsOf(t, oneOperation(more))
		require.NoError(t, err)
		e := echo.New()
		e.HTTPErrorHandler = HandleError
		e.GET("/rooms/", func(c echo.Context) error { return c.NoContent(http.StatusOK) }, chains["listRooms"]...)
		for authorization, status := range map[string]int{"": http.StatusUnauthorized, "Bearer x": http.StatusOK} {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/rooms/", nil)
			request.Header.Set("Authorization", authorization)
			answer := httptest.NewRecorder()
			e.ServeHTTP(answer, request)
			require.Equal(t, status, answer.Code)
			for _, name := range []string{"Deprecation", "Sunset", "Link"} {
				require.Equal(t, want[name], answer.Header()[name], "%s of %d with %s", name, status, more)
			}
		}
	}
}

// A specification that does not say since when or until when is none: the server does not start, and no test that starts one passes.
func TestDeprecationWithoutDates(t *testing.T) {
	t.Parallel()
	const since, sunset = "what is deprecated needs x-deprecated-since, a date like '2027-01-31'", "what is deprecated needs x-sunset, a date like '2027-01-31'"
	for more, want := range map[string]string{
		`, deprecated: true`: since,
		`, deprecated: true, x-deprecated-since: '2027-01-31'`:                         sunset,
		`, deprecated: true, x-deprecated-since: '2027-01-31', x-sunset: '31.7.2027'`:  sunset,
		`, deprecated: true, x-deprecated-since: 2027, x-sunset: '2027-07-31'`:         since,
		`, deprecated: true, x-deprecated-since: '2027-01-31', x-sunset: '2027-01-30'`: "x-sunset is before x-deprecated-since",
		`, x-sunset: '2027-07-31'`: "x-deprecated-since and x-sunset are for what is deprecated",
	} {
		_, err := operationsOf(t, oneOperation(more))
		require.EqualError(t, err, "GET /rooms/: "+want, more)
	}
}
