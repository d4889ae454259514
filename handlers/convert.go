package handlers

import (
	"strings"

	"meet-external-api/db"
	"meet-external-api/generated"
)

// room shows a stored room (docs/contract.md, "The room").
func (a *API) room(stored db.Room) generated.Room {
	room := generated.Room{
		Id:            stored.ID,
		Name:          stored.Name,
		Slug:          stored.Slug,
		AccessLevel:   generated.RoomAccessLevel(stored.AccessLevel),
		Configuration: stored.Configuration,
		ExpiresAt:     stored.ExpiresAt,
	}
	if a.Settings.BaseURL != "" && stored.Slug != nil {
		url := strings.TrimRight(a.Settings.BaseURL, "/") + "/" + *stored.Slug
		room.Url = &url
	}
	if telephony := a.Settings.Telephony; telephony != nil {
		room.Telephony = &generated.Telephony{
			Enabled: true, PhoneNumber: telephony.PhoneNumber, PinCode: stored.PinCode, DefaultCountry: telephony.DefaultCountry,
		}
	}
	return room
}

func (a *API) roomList(rooms []db.Room) []generated.Room {
	list := make([]generated.Room, len(rooms))
	for i, room := range rooms {
		list[i] = a.room(room)
	}
	return list
}
