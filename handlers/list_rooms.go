package handlers

import (
	"context"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/generated"
	"meet-external-api/refusal"
)

// ListRooms answers a page of the rooms in which the user has a role (docs/contract.md, "GET /rooms/").
func (a *API) ListRooms(ctx context.Context, request generated.ListRoomsRequestObject) (generated.ListRoomsResponseObject, error) {
	if request.Params.Cursor != nil {
		return a.listByCursor(ctx, request.Params)
	}
	page, filter := pageOf(request.Params), filterOf(request.Params)
	rooms, total, err := a.Store.Rooms(ctx, callerOf(ctx), filter, page.size, page.offset())
	if last := page.last(total); err == nil && last > 1 && request.Params.Page != nil && *request.Params.Page == lastPage {
		page.number = last
		rooms, total, err = a.Store.Rooms(ctx, callerOf(ctx), filter, page.size, page.offset())
	}
	if err != nil {
		return nil, err
	}
	if len(rooms) == 0 && page.number > 1 {
		return nil, refusal.PageNotFound
	}
	next, previous := page.links(auth.FromContext[auth.Origin](ctx).URL, total)
	return streamedRooms{Count: total, Next: next, Previous: previous, Results: a.roomList(rooms)}, nil
}

// listByCursor answers the page at a cursor (docs/contract.md, "More about rooms").
func (a *API) listByCursor(ctx context.Context, params generated.ListRoomsParams) (generated.ListRoomsResponseObject, error) {
	from, err := readCursor(*params.Cursor)
	if err != nil {
		return nil, err
	}
	rooms, next, err := a.Store.RoomsFrom(ctx, callerOf(ctx), filterOf(params), from, pageOf(params).size)
	if err != nil {
		return nil, err
	}
	return streamedRoomsFrom{Next: linkToCursor(auth.FromContext[auth.Origin](ctx).URL, next), Results: a.roomList(rooms)}, nil
}

// filterOf reads the filters; what the specification says of them has been checked.
func filterOf(params generated.ListRoomsParams) db.RoomFilter {
	return db.RoomFilter{
		Slug:          params.Slug,
		AccessLevels:  texts(params.AccessLevel),
		Roles:         texts(params.Role),
		CreatedAfter:  params.CreatedAfter,
		CreatedBefore: params.CreatedBefore,
		CreatedByMe:   params.CreatedBy != nil, // there is but one creator to ask for
	}
}

// texts are the values of a parameter; nil: it is not given.
func texts[T ~string](values *[]T) (all []string) {
	if values == nil {
		return nil
	}
	for _, value := range *values {
		all = append(all, string(value))
	}
	return all
}
