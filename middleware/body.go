package middleware

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
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

// LimitBody refuses larger bodies at the time when they are read. Where the length of one is declared, nothing of it is: net/http
// would throw away what is left of a body before it answers, unless the connection ends with the answer.
func LimitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		request := c.Request()
		if request.ContentLength > maxBody {
			c.Response().Header().Set(echo.HeaderConnection, "close")
		}
		request.Body = http.MaxBytesReader(c.Response(), request.Body, maxBody)
		return next(c)
	}
}

// readBody decodes the body of a request to what stands in it: for JSON any value, for a form an object of strings. No
// body, and null, are an empty object. A form is read only where forms is set.
func readBody(request *http.Request, forms bool) (any, error) {
	if request.ContentLength > maxBody {
		return nil, refusal.BodyTooLarge(maxBody)
	}
	data, err := io.ReadAll(request.Body)
	var tooLarge *http.MaxBytesError
	var refused *refusal.Error
	switch {
	case errors.As(err, &refused):
		return nil, refused
	case errors.As(err, &tooLarge):
		return nil, refusal.BodyTooLarge(tooLarge.Limit)
	case err != nil:
		return nil, refusal.BodyIncomplete.Because("%w", err)
	case len(data) == 0:
		return map[string]any{}, nil
	}
	if coding := joined(request, echo.HeaderContentEncoding); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, refusal.ContentCoding(coding)
	}
	contentType := joined(request, echo.HeaderContentType)
	switch media := mediaType(contentType); {
	case media == mediaJSON:
		return readJSON(data)
	case media == mediaForm && forms:
		return readForm(data)
	}
	return nil, refusal.MediaType(contentType)
}

// joined is a header as one text, also where it is sent in several lines (RFC 9110, section 5.3): of two types, another server on
// the way may have read the other, and both together are none.
func joined(request *http.Request, header string) string {
	return strings.Join(request.Header.Values(header), ", ")
}

// mediaType is the type in lower case; one with a character set in which ASCII is not ASCII is none that is known here. A parameter
// that cannot be read is as none.
func mediaType(contentType string) string {
	media, parameters, err := mime.ParseMediaType(contentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return ""
	}
	if charset := parameters["charset"]; charset != "" && !extendsASCII.MatchString(charset) {
		return ""
	}
	return media
}

// extendsASCII are the families of character sets that libraries name, and in which ASCII is ASCII: what they send beyond it is read as
// UTF-8, or is none.
var extendsASCII = regexp.MustCompile(`(?i)^(utf-?8|(us-)?ascii|(iso[-_]?8859[-_]?|latin[-_]?)\d{1,2}|(windows-|cp)12\d\d|koi8-[ru]|euc-(jp|kr)|gb(2312|k|18030)|big5)$`)

func readJSON(data []byte) (any, error) {
	value, err := jose.DecodeJSON(data)
	switch {
	case err != nil:
		return nil, refusal.MalformedJSON(err)
	case value == nil:
		return map[string]any{}, nil
	}
	return value, nil
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
