package middleware

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth/jose"
	"meet-external-api/refusal"
)

const (
	mediaJSON = "application/json"
	mediaForm = "application/x-www-form-urlencoded"
)

// maxBody is the size of the largest request body in bytes (docs/contract.md, "Conventions").
const maxBody = 64 << 10

// LimitBody refuses larger bodies, at the time when they are read.
func LimitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		request := c.Request()
		request.Body = http.MaxBytesReader(c.Response(), request.Body, maxBody)
		return next(c)
	}
}

// readBody decodes the body of a request to what stands in it: for JSON any value, for a form an object of strings. No
// body is an empty object. A form is read only where forms is set.
func readBody(request *http.Request, forms bool) (any, error) {
	data, err := io.ReadAll(request.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, refusal.BodyTooLarge(tooLarge.Limit)
	case err != nil:
		return nil, refusal.BodyIncomplete.Because("%w", err)
	case len(data) == 0:
		return map[string]any{}, nil
	}
	contentType := request.Header.Get(echo.HeaderContentType)
	switch media := mediaType(contentType); {
	case media == mediaJSON:
		value, err := jose.DecodeJSON(data)
		if err != nil {
			return nil, refusal.MalformedJSON(err)
		}
		return value, nil
	case media == mediaForm && forms:
		return readForm(data)
	}
	return nil, refusal.MediaType(contentType)
}

// mediaType is the type in lower case; one with a character set other than UTF-8 is none that is known here.
func mediaType(contentType string) string {
	media, parameters, err := mime.ParseMediaType(contentType)
	if charset, given := parameters["charset"]; err != nil || given && !strings.EqualFold(charset, "utf-8") {
		return ""
	}
	return media
}

func readForm(data []byte) (any, error) {
	values, err := url.ParseQuery(string(data))
	if err != nil {
		return nil, refusal.FormEncoding
	}
	form := map[string]any{}
	for name, given := range values {
		if len(given) > 1 {
			return nil, refusal.FormRepeats
		}
		if !utf8.ValidString(name) || !utf8.ValidString(given[0]) {
			return nil, refusal.FormNotUTF8
		}
		form[name] = given[0]
	}
	return form, nil
}

// validated stands in for the body once it has been read and validated: the generated code takes the value itself, so
// that the handler gets what was validated and nothing else.
type validated struct {
	io.ReadCloser
	value any
}

// ValidatedValue is what generated code asks a body for.
func (v validated) ValidatedValue() any { return v.value }

// replaceBody hands value on as the body.
func replaceBody(request *http.Request, value any) {
	request.Body = validated{ReadCloser: http.NoBody, value: value}
	request.Header.Set(echo.HeaderContentType, mediaJSON)
}
