package handlers

import (
	"context"

	"meet-external-api/audit"
	"meet-external-api/refusal"
)

// EndConference puts everybody out of a room that the user manages, and leaves the room as it is (docs/contract.md, "Google Meet's form").
// The id is a UUID or a slug. Errors: those of a caller or a room that is refused; refusal.NoConference where nobody is in the room,
// refusal.ConferenceUnknown where LiveKit is not configured, and one of the kind refusal.Unavailable where it is away.
func (a *API) EndConference(ctx context.Context, id string) error {
	found, err := a.findRoom(ctx, id)
	if err == nil {
		err = requireRole(found, "administrator", "owner")
	}
	switch {
	case err != nil:
		return err
	case a.LiveKit == nil:
		return refusal.ConferenceUnknown
	}
	wasOpen, err := a.LiveKit.CloseRoom(ctx, found.ID)
	switch {
	case err != nil:
		return refusal.NotAvailable("livekit_unavailable", err)
	case !wasOpen:
		return refusal.NoConference
	}
	a.Audit.Record(audit.Succeeded(callerOf(ctx).Source(), audit.RoomEndConference).To("room", found.ID))
	return nil
}
