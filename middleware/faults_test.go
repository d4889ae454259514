package middleware

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"
)

// A request that is delayed has all its time afterwards, whatever the server allows others.
func TestADelayIsBeyondTheTimeouts(t *testing.T) {
	t.Parallel()
	operation := &openapi3.Operation{OperationID: "createRoom"}
	faults := NewFaults(slog.New(slog.DiscardHandler), nil, &openapi3.T{
		Paths: openapi3.NewPaths(openapi3.WithPath("/", &openapi3.PathItem{Post: operation})),
	})
	e := echo.New()
	e.HTTPErrorHandler = HandleError
	e.Pre(Deadline(300*time.Millisecond), LimitBody)
	e.POST("/", func(c echo.Context) error {
		if err := c.Request().Context().Err(); err != nil {
			return err
		}
		body, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return err
		}
		return c.String(http.StatusOK, string(body))
	}, faults.of(operation))
	server := httptest.NewUnstartedServer(e)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	for range 2 { // over one connection
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("the body"))
		require.NoError(t, err)
		request.Header.Set(headerFault, "slow;seconds=1")
		response, err := server.Client().Do(request)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.Equal(t, "the body", string(body))
	}
}
