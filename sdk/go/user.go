package meet

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"

	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// User is a user who is acted for. It is made by Client.ForUser and costs nothing: the tokens are kept by the Client.
type User struct {
	client *Client
	key    tokenKey
}

// ErrNotModified is what RetrieveRoom returns where the room still is as IfNoneMatch has it.
var ErrNotModified = errors.New("meet: the room has not changed")

// ListRooms reads one page of the rooms in which the user has a role. Rooms walks through all.
func (u *User) ListRooms(ctx context.Context, params api.ListRoomsParams, options ...RequestOption) (*api.RoomList, error) {
	list, _, err := call(ctx, u, api.ListRooms(params), options)
	return list, err
}

// Rooms are all rooms in which the user has a role and that fit the filters of params, by id. Pages are fetched as they are read, of 100
// rooms where params do not say how many; the page and the cursor of params do not count. The first error is the last element.
func (u *User) Rooms(ctx context.Context, params api.ListRoomsParams, options ...RequestOption) iter.Seq2[api.Room, error] {
	params.Page = 0
	if params.PageSize == 0 {
		params.PageSize = 100
	}
	return func(yield func(api.Room, error) bool) {
		params := params
		for cursor := ""; ; {
			params.Cursor = &cursor
			page, err := u.ListRooms(ctx, params, options...)
			if err != nil {
				yield(api.Room{}, err)
				return
			}
			for _, room := range page.Results {
				if !yield(room, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			// Only the cursor of the address is taken: the token goes nowhere else.
			next, err := url.Parse(page.Next)
			if err != nil || next.Query().Get("cursor") == "" {
				yield(api.Room{}, errors.New("meet: listRooms: the server does not list by cursor"))
				return
			}
			cursor = next.Query().Get("cursor")
		}
	}
}

// CreateRoom creates a room that the user owns. Without IdempotencyKey it has one of its own, so that repeating it makes no second room.
func (u *User) CreateRoom(ctx context.Context, room api.RoomCreate, options ...RequestOption) (*api.Room, error) {
	return oneRoom(call(ctx, u, api.CreateRoom(room), append([]RequestOption{IdempotencyKey(newUUID())}, options...)))
}

// RetrieveRoom reads a room by its id or slug. With IfNoneMatch the error may be ErrNotModified.
func (u *User) RetrieveRoom(ctx context.Context, id string, options ...RequestOption) (*api.Room, error) {
	return oneRoom(call(ctx, u, api.RetrieveRoom(id), options))
}

// UpdateRoom changes what is named of a room. With IfMatch the error may be a RoomChanged.
func (u *User) UpdateRoom(ctx context.Context, id string, change api.RoomUpdate, options ...RequestOption) (*api.Room, error) {
	return oneRoom(call(ctx, u, api.UpdateRoom(id, change), options))
}

// DeleteRoom deletes a room with its accesses. With IfMatch the error may be a RoomChanged.
func (u *User) DeleteRoom(ctx context.Context, id string, options ...RequestOption) error {
	_, _, err := call(ctx, u, api.DeleteRoom(id), options)
	return err
}

// GrantAccess makes the user with an address an administrator or a member of a room.
func (u *User) GrantAccess(ctx context.Context, id string, grant api.AccessGrant, options ...RequestOption) (*api.GrantedAccess, error) {
	granted, _, err := call(ctx, u, api.GrantAccess(id, grant), options)
	return granted, err
}

// ListAccesses are all who have a role in a room, the first one first.
func (u *User) ListAccesses(ctx context.Context, id string, options ...RequestOption) ([]api.RoomAccess, error) {
	list, _, err := call(ctx, u, api.ListAccesses(id), options)
	if err != nil {
		return nil, err
	}
	return list.Results, nil
}

// RemoveAccess takes a user's role in a room away.
func (u *User) RemoveAccess(ctx context.Context, id, accessID string, options ...RequestOption) error {
	_, _, err := call(ctx, u, api.RemoveAccess(id, accessID), options)
	return err
}

// call sends what needs a token. A token that is refused is thrown away, and the request sent once more with another one.
func call[Result any](ctx context.Context, u *User, from api.Request[Result], options []RequestOption) (*Result, *answer, error) {
	request, err := newRequest(u.client.address, from, options)
	if err != nil {
		return nil, nil, err
	}
	for again := false; ; again = true {
		value, err := u.client.token(ctx, u.key)
		if err != nil {
			return nil, nil, err
		}
		request.header.Set("Authorization", "Bearer "+value)
		answer, err := u.client.exchange(ctx, request)
		if refused := (*Unauthenticated)(nil); errors.As(err, &refused) {
			u.client.discard(u.key, value)
			if !again {
				continue
			}
		}
		if err != nil {
			return nil, nil, err
		}
		result, err := decode[Result](request, answer)
		return result, answer, err
	}
}

// oneRoom adds the ETag of the answer to its room.
func oneRoom(room *api.Room, answer *answer, err error) (*api.Room, error) {
	if err != nil {
		return nil, err
	}
	room.ETag = answer.header.Get("ETag")
	return room, nil
}

// String is the address of the user.
func (u *User) String() string { return fmt.Sprintf("meet.User(%s)", u.key.email) }
