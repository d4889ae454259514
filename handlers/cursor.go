package handlers

import (
	"encoding/base64"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"meet-external-api/generated"
	"meet-external-api/refusal"
)

// streamedRoomsFrom is streamedRooms by cursor, which has no count and no page before.
type streamedRoomsFrom struct {
	Next    *string          `json:"next"`
	Results []generated.Room `json:"results"`
}

// VisitListRoomsResponse implements generated.ListRoomsResponseObject.
func (r streamedRoomsFrom) VisitListRoomsResponse(w http.ResponseWriter) error {
	w.Header().Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	return generated.EncodeJSON(w, r)
}

// A cursor is base64url of cursorVersion and the id from which a page goes on, so that a later release can tell its own from these.
const cursorVersion = 1

var cursorEncoding = base64.RawURLEncoding.Strict()

// readCursor returns the id from which a page goes on. Errors: what is no cursor of these.
func readCursor(cursor string) (id string, err error) {
	if cursor == "" {
		return uuid.Nil.String(), nil
	}
	decoded, err := cursorEncoding.DecodeString(cursor)
	if err != nil || len(decoded) != 1+len(uuid.UUID{}) || decoded[0] != cursorVersion {
		return "", refusal.CursorNotValid
	}
	return uuid.UUID(decoded[1:]).String(), nil
}

// linkToCursor is the URL of the page from an id on, and keeps the other parameters of the request; nil where there is none.
func linkToCursor(requested url.URL, id string) *string {
	if id == "" {
		return nil
	}
	parsed := uuid.MustParse(id)
	query := requested.Query()
	query.Set("cursor", cursorEncoding.EncodeToString(append([]byte{cursorVersion}, parsed[:]...)))
	requested.RawQuery = query.Encode()
	text := requested.String()
	return &text
}
