package console

import (
	"math"
	"net/http"

	"github.com/labstack/echo/v4"

	"meet-external-api/middleware"
	"meet-external-api/refusal"
)

// errorTitles are the headings of the pages that say what went wrong; that of the status 500 is for all others.
var errorTitles = map[int]string{
	http.StatusBadRequest:            "This request cannot be read",
	http.StatusForbidden:             "Not allowed",
	http.StatusNotFound:              "Not found",
	http.StatusMethodNotAllowed:      "Not found",
	http.StatusConflict:              "This cannot be done now",
	http.StatusRequestEntityTooLarge: "The form is too long",
	http.StatusTooManyRequests:       "Too many attempts",
	http.StatusServiceUnavailable:    "Not available at the moment",
	http.StatusInternalServerError:   "Something went wrong here",
}

// errorPage is the data of templates/error.html.
type errorPage struct {
	Title, Text, RequestID string
	// RetryAfter is in seconds; 0: nobody knows.
	RetryAfter int
}

// HandleError turns an error of the console into a page. What it does not know is a fault of ours: the page has the request id, the log
// the cause.
func (c *Console) HandleError(err error, e echo.Context) {
	if e.Response().Committed {
		return
	}
	status, refused := middleware.Describe(err, e)
	shown := errorPage{
		Title: errorTitles[status], Text: refused.Text, RequestID: e.Response().Header().Get(echo.HeaderXRequestID),
		RetryAfter: int(math.Ceil(refused.RetryAfter.Seconds())),
	}
	if wrong := problemsOf(err); wrong != nil && shown.Text == "" {
		shown.Text = wrong[0].Text
	}
	switch {
	case shown.Title == "":
		shown.Title = errorTitles[http.StatusInternalServerError]
	case status == http.StatusNotFound && refused.Is(refusal.PathNotFound):
		shown.Text = "There is no page at this address."
	case status == http.StatusInternalServerError:
		shown.Text = "The log of the server says what happened, under this request id."
	}
	middleware.SetRetryAfter(e, status, refused)
	if failed := c.page(e, status, "error", shown); failed != nil {
		e.Response().Status = status
	}
}
