package meet

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// failure is the error that an attempt gives, nil where it is done. An answer of nil comes with the error that there is none.
func (r *request) failure(a *answer, err error) error {
	if err != nil {
		return &NoAnswer{MeetError{Operation: r.operation, Detail: "no answer: " + err.Error(), RequestID: r.header.Get("X-Request-Id")}, err}
	}
	e := r.meetError(a)
	switch a.status {
	case http.StatusOK, http.StatusCreated, http.StatusNoContent:
		return nil
	case http.StatusNotModified:
		return ErrNotModified
	case http.StatusBadRequest:
		return &BadRequest{e}
	case http.StatusUnauthorized:
		if r.header.Get("Authorization") == "" {
			return &InvalidClient{e}
		}
		return &Unauthenticated{e}
	case http.StatusForbidden:
		return r.forbidden(a, e)
	case http.StatusNotFound:
		return r.notFound(e)
	case http.StatusConflict:
		return &Conflict{e}
	case http.StatusPreconditionFailed:
		return &RoomChanged{e}
	case http.StatusUnprocessableEntity:
		return &IdempotencyKeyReused{e}
	case http.StatusTooManyRequests:
		return &Throttled{e}
	case http.StatusInternalServerError:
		return &ServerFault{e}
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return &Unavailable{e}
	default:
		return &e
	}
}

var scope = regexp.MustCompile(`scope="([^"]*)"`)

func (r *request) forbidden(a *answer, e MeetError) error {
	challenge := a.header.Get("WWW-Authenticate")
	switch {
	case r.operation == "generateToken":
		return &DomainNotAllowed{Forbidden{e}}
	case strings.Contains(challenge, `error="insufficient_scope"`):
		needed := ""
		if found := scope.FindStringSubmatch(challenge); found != nil {
			needed = found[1]
		}
		return &InsufficientScope{Forbidden{e}, needed}
	default:
		return &Forbidden{e}
	}
}

// notFound tells by the operation what was not found, and by the text where an operation names several things.
func (r *request) notFound(e MeetError) error {
	switch {
	case r.method == http.MethodDelete && r.unanswered:
		// It was an attempt without an answer that has done it.
		return nil
	case r.operation == "generateToken" && e.Code != "", r.operation == "grantAccess" && strings.HasPrefix(e.Detail, "Delegate user"):
		return &UserNotFound{NotFound{e}}
	case r.operation == "removeAccess" && !strings.HasPrefix(e.Detail, "No Room"):
		return &AccessNotFound{NotFound{e}}
	}
	switch r.operation {
	case "retrieveRoom", "updateRoom", "deleteRoom", "grantAccess", "listAccesses", "removeAccess":
		return &RoomNotFound{NotFound{e}}
	default:
		return &NotFound{e}
	}
}

// meetError is what an answer says. What is not as openapi.yaml has it, such as a proxy's, is left out.
func (r *request) meetError(a *answer) MeetError {
	e := MeetError{Operation: r.operation, Status: a.status, RequestID: a.header.Get("X-Request-Id")}
	if e.RequestID == "" {
		e.RequestID = r.header.Get("X-Request-Id")
	}
	e.RetryAfter, _ = retryAfter(a.header, time.Now())
	var members map[string]json.RawMessage
	if json.Unmarshal(a.body, &members) == nil {
		e.Detail, e.Code = text(members["detail"]), text(members["error"])
		e.Fields = map[string][]string{}
		for name, member := range members {
			addField(e.Fields, name, member)
		}
	}
	if e.Detail == "" && len(e.Fields) == 0 {
		e.Detail = http.StatusText(a.status)
	}
	return e
}

// addField adds the messages of a member, which are a list, or lists by index.
func addField(fields map[string][]string, name string, member json.RawMessage) {
	var messages []string
	var byIndex map[string]json.RawMessage
	switch {
	case json.Unmarshal(member, &messages) == nil:
		fields[name] = messages
	case json.Unmarshal(member, &byIndex) == nil:
		for index, element := range byIndex {
			addField(fields, name+"."+index, element)
		}
	}
}

func text(member json.RawMessage) string {
	var value string
	_ = json.Unmarshal(member, &value) // What is no text is none.
	return value
}
