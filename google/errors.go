package google

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	generated "meet-external-api/generated/google"
	"meet-external-api/middleware"
	"meet-external-api/refusal"
)

// HandleError answers an error as Google's APIs do (AIP-193).
func HandleError(err error, c echo.Context) { middleware.AnswerError(err, c, newError) }

// codes are the names of google.rpc.Code for HTTP statuses. What is no code of Google's has the one that says it best.
var codes = map[int]string{
	http.StatusBadRequest:            "INVALID_ARGUMENT",
	http.StatusUnauthorized:          "UNAUTHENTICATED",
	http.StatusForbidden:             "PERMISSION_DENIED",
	http.StatusNotFound:              "NOT_FOUND",
	http.StatusMethodNotAllowed:      "UNIMPLEMENTED",
	http.StatusConflict:              "ABORTED",
	http.StatusRequestEntityTooLarge: "INVALID_ARGUMENT",
	http.StatusUnsupportedMediaType:  "INVALID_ARGUMENT",
	http.StatusTooManyRequests:       "RESOURCE_EXHAUSTED",
	http.StatusServiceUnavailable:    "UNAVAILABLE",
}

// newError words a refusal. FAILED_PRECONDITION has the status 400 (google.rpc.Code), in which Google's clients look for it.
func newError(status int, refused *refusal.Error) (int, any) {
	answer := generated.ErrorStatus{Message: refused.Text, Status: "INTERNAL"}
	switch code, known := codes[status]; {
	case refused.Kind == refusal.PreconditionFailed:
		status, answer.Status = http.StatusBadRequest, "FAILED_PRECONDITION"
	case known:
		answer.Status = code
	}
	answer.Code = int32(status)
	violations := violationsOf(refused)
	if len(violations) > 0 {
		answer.Message = messageOf(violations)
		answer.Details = &[]generated.BadRequest{{Type: "type.googleapis.com/google.rpc.BadRequest", FieldViolations: violations}}
	}
	return status, generated.ErrorAnswer{Error: answer}
}

// fields are Google's names of what the external API calls otherwise. The object itself has none.
var fields = map[string]string{"access_level": "config.accessType", "non_field_errors": ""}

func violationsOf(refused *refusal.Error) (violations []generated.FieldViolation) {
	for _, field := range slices.Sorted(maps.Keys(refused.Fields)) {
		name, renamed := fields[field]
		if !renamed {
			name = field
		}
		for _, message := range refused.Fields[field] {
			violation := generated.FieldViolation{Description: message}
			if name != "" {
				violation.Field = &name
			}
			violations = append(violations, violation)
		}
	}
	return violations
}

func messageOf(violations []generated.FieldViolation) string {
	messages := make([]string, len(violations))
	for i, v := range violations {
		messages[i] = v.Description
		if v.Field != nil {
			messages[i] = *v.Field + ": " + v.Description
		}
	}
	return strings.Join(messages, " ")
}
