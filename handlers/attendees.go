package handlers

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/delegation"
	"meet-external-api/generated"
	"meet-external-api/refusal"
)

// maxLookups is how many times it is looked up who has the addresses of attendees, where that changes before it is used.
const maxLookups = 10

// attendees are those that a request names (docs/contract.md, "More about rooms").
type attendees struct {
	// shown are their addresses as they were sent, each once, and what callers are told of them.
	shown []generated.Attendee
	// indexes are the places of the addresses in the request, folded the addresses as they are compared.
	indexes []int
	folded  []string
}

// readAttendees reads the attendees of a request; nil: it names none. Errors: those of auth.Principal.Require, since they need a scope of
// their own; what is no address.
func readAttendees(ctx context.Context, addresses *generated.AttendeeAddresses) (*attendees, error) {
	if addresses == nil {
		return nil, nil
	}
	if err := auth.FromContext[auth.Principal](ctx).Require("rooms:grant-access"); err != nil {
		return nil, err
	}
	named, wrong, seen := &attendees{shown: []generated.Attendee{}}, map[int]string{}, map[string]bool{}
	for i, address := range *addresses {
		address = strings.TrimSpace(address)
		folded := auth.FoldASCII(address)
		switch {
		case !auth.ValidEmail(address):
			wrong[i] = refusal.FieldNotEmail
		case !seen[folded]:
			seen[folded] = true
			named.shown = append(named.shown, generated.Attendee{Email: address})
			named.indexes, named.folded = append(named.indexes, i), append(named.folded, folded)
		}
	}
	if len(wrong) > 0 {
		return nil, refusal.Elements("attendees", wrong)
	}
	return named, nil
}

// withAttendees looks up who has the addresses of the attendees, and stores something with those who become members: again, where they are
// others by then. Errors: those of store and of findAttendees, refusal.DelegateNotCreated.
func (a *API) withAttendees(ctx context.Context, named *attendees, store func(*db.Attendees) error) error {
	if named == nil {
		return store(nil)
	}
	for range maxLookups {
		users, err := a.findAttendees(ctx, named)
		if err == nil {
			err = store(&users)
		}
		if !errors.Is(err, db.ErrAttendeesChanged) {
			return err
		}
	}
	return refusal.DelegateNotCreated
}

// findAttendees returns those who become members, and notes what callers are told of each. Errors: which addresses several users have,
// those of allowedDomains.
func (a *API) findAttendees(ctx context.Context, named *attendees) (found db.Attendees, err error) {
	users, err := a.Store.UsersByEmails(ctx, named.folded)
	if err != nil {
		return db.Attendees{}, err
	}
	creates := a.Settings.CreateUsers && len(users) < len(named.folded)
	var domains []string
	if creates {
		if domains, err = a.allowedDomains(ctx); err != nil {
			return db.Attendees{}, err
		}
	}
	several := map[int]string{}
	for i, folded := range named.folded {
		attendee := &named.shown[i]
		user, err := delegation.ActiveUser(users[folded])
		switch {
		case errors.Is(err, refusal.SeveralUsers):
			several[named.indexes[i]] = refusal.SeveralUsers.Text
		case err == nil:
			attendee.Status = attendeeStatus(ctx, user)
			found.Members = append(found.Members, user.ID)
		case creates && len(users[folded]) == 0 && auth.DomainAllowed(folded, domains):
			attendee.Status = generated.AttendeeStatusInvited
			found.Invited = append(found.Invited, attendee.Email)
		default:
			attendee.Status = generated.AttendeeStatusUnknown
		}
	}
	if len(several) > 0 {
		return db.Attendees{}, refusal.Elements("attendees", several)
	}
	return found, nil
}

// attendeeStatus is that of a user who is there. Whoever calls has signed in.
func attendeeStatus(ctx context.Context, user db.User) generated.AttendeeStatus {
	caller := strings.ToLower(auth.FromContext[auth.Principal](ctx).UserID)
	if user.Provisional && user.Sub == nil && user.ID != caller {
		return generated.AttendeeStatusInvited
	}
	return generated.AttendeeStatusMember
}

// newAttendedAnswer shows a room as it is stored, and what became of the attendees of the request, which play no part in the ETag.
func (a *API) newAttendedAnswer(status int, stored db.Room, named *attendees) (RoomAnswer, error) {
	answer, err := a.newRoomAnswer(status, stored)
	if err != nil || named == nil {
		return answer, err
	}
	room := a.room(stored)
	room.Attendees = &named.shown
	var body bytes.Buffer
	err = generated.EncodeJSON(&body, room)
	answer.body = body.Bytes()
	return answer, err
}
