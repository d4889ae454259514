package handlers

import (
	"bytes"
	"net/http"

	"github.com/labstack/echo/v4"

	"meet-external-api/db"
	"meet-external-api/generated"
)

// RoomAnswer is an answer with one room. Its body is encoded once: the ETag is made of it, and it is what a repeated creation gets again.
type RoomAnswer struct {
	// Room is what the body shows, but for attendees; empty where a creation was repeated.
	Room     generated.Room
	status   int
	etag     string
	location string // empty: there is none
	replayed bool
	body     []byte
}

// newRoomAnswer shows a room as it is stored, and what became of the attendees of the request.
func (a *API) newRoomAnswer(status int, stored db.Room) (RoomAnswer, error) {
	room := a.room(stored)
	var body bytes.Buffer
	if err := generated.EncodeJSON(&body, room); err != nil {
		return RoomAnswer{}, err
	}
	return RoomAnswer{Room: room, status: status, etag: etagOf(body.Bytes()), body: body.Bytes()}, nil
}

// VisitCreateRoomResponse implements generated.CreateRoomResponseObject.
func (r RoomAnswer) VisitCreateRoomResponse(w http.ResponseWriter) error { return r.write(w) }

// VisitRetrieveRoomResponse implements generated.RetrieveRoomResponseObject.
func (r RoomAnswer) VisitRetrieveRoomResponse(w http.ResponseWriter) error { return r.write(w) }

// VisitUpdateRoomResponse implements generated.UpdateRoomResponseObject.
func (r RoomAnswer) VisitUpdateRoomResponse(w http.ResponseWriter) error { return r.write(w) }

func (r RoomAnswer) write(w http.ResponseWriter) error {
	header := w.Header()
	header.Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	header.Set(headerETag, r.etag)
	if r.location != "" {
		header.Set(echo.HeaderLocation, r.location)
	}
	if r.replayed {
		header.Set(headerReplayed, "true")
	}
	w.WriteHeader(r.status)
	_, err := w.Write(r.body)
	return err
}

const (
	headerETag     = "ETag"
	headerReplayed = "Idempotent-Replayed"
)
