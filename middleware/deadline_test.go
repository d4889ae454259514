package middleware

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"meet-external-api/auth"
)

// lateBody is an empty object that notes when it was read to its end.
type lateBody struct {
	text string
	read time.Time
}

func (b *lateBody) Read(p []byte) (int, error) {
	b.read = time.Now()
	if b.text == "" {
		return 0, io.EOF
	}
	n := copy(p, b.text)
	b.text = b.text[n:]
	return n, nil
}

// The time that a body takes to come is its caller's, and not missing to what the request asks for.
func TestDeadlineBeginsAfterTheBody(t *testing.T) {
	t.Parallel()
	const limit = time.Hour
	body := &lateBody{text: "{}"}
	content := openapi3.Content{mediaJSON: {Schema: openapi3.NewObjectSchema().NewRef()}}
	validate, err := newValidator(&openapi3.Operation{RequestBody: &openapi3.RequestBodyRef{Value: &openapi3.RequestBody{Content: content}}})
	require.NoError(t, err)
	caller, goAway := context.WithCancel(context.Background())
	request := httptest.NewRequestWithContext(caller, http.MethodPost, "/", body)
	request.Header.Set(echo.HeaderContentType, mediaJSON)
	principal := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.SetRequest(c.Request().WithContext(auth.NewContext(c.Request().Context(), auth.Principal{ClientID: "known"})))
			return next(c)
		}
	}
	var first, later context.Context
	chain := Deadline(limit)(func(c echo.Context) error {
		first = c.Request().Context()
		return principal(validate.middleware(func(c echo.Context) error {
			later = c.Request().Context()
			require.NoError(t, later.Err())
			require.NoError(t, first.Err(), "who began before goes on")
			ends, ok := later.Deadline()
			require.True(t, ok)
			require.False(t, ends.Before(body.read.Add(limit)))
			require.Equal(t, "known", auth.FromContext[auth.Principal](later).ClientID)
			part, cancel := context.WithCancel(later)
			defer cancel()
			goAway()
			<-part.Done()
			return later.Err()
		}))(c)
	})
	require.ErrorIs(t, chain(echo.New().NewContext(request, httptest.NewRecorder())), context.Canceled)
	require.Error(t, first.Err(), "nothing is left behind")
	require.Error(t, later.Err())
}
