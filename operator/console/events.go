package console

import (
	"context"

	"meet-external-api/audit"
	"meet-external-api/db"
)

// events are some of the audit trail, with the names of the applications and the addresses of the users that they are about, by client id
// and by UUID, as far as those are still there.
type events struct {
	All              []audit.Event
	Names, Addresses map[string]string
}

// events reads the events that fit, and where to go on.
func (c *Console) events(ctx context.Context, filter db.EventFilter) (found events, next string, err error) {
	if found.All, next, err = c.Service.Store.Events(ctx, filter); err != nil {
		return events{}, "", err
	}
	var clientIDs, userIDs []string
	for _, event := range found.All {
		clientIDs, userIDs = append(clientIDs, event.ClientID), append(userIDs, event.UserID)
	}
	if found.Names, err = c.Service.Store.ApplicationNames(ctx, clientIDs); err == nil {
		found.Addresses, err = c.Service.Store.UserAddresses(ctx, userIDs)
	}
	return found, next, err
}

// Application is how people know the one with that client id.
func (e events) Application(clientID string) string {
	if name := e.Names[clientID]; name != "" {
		return name
	}
	return shorten(clientID)
}

// User is how people know the one with that UUID.
func (e events) User(id string) string {
	if address := e.Addresses[id]; address != "" {
		return address
	}
	return shorten(id)
}
