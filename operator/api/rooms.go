package api

import (
	"context"

	"meet-external-api/db"
	generated "meet-external-api/generated/operator"
)

// ListCreatedRooms returns a page of the rooms that an application created.
func (a *API) ListCreatedRooms(ctx context.Context, request generated.ListCreatedRoomsRequestObject) (generated.ListCreatedRoomsResponseObject, error) {
	size := int(pageSize(request.Params.PageSize))
	found, err := a.Service.CreatedRooms(ctx, request.Id, valueOf(request.Params.After), size+1)
	if err != nil {
		return nil, err
	}
	more := len(found) > size
	found = found[:min(len(found), size)]
	list := generated.CreatedRoomList{Results: convertAll(found, func(r db.CreatedRoom) generated.CreatedRoom {
		return generated.CreatedRoom{
			Id: r.ID, Name: r.Name, Slug: r.Slug, AccessLevel: r.AccessLevel, CreatedAt: r.CreatedAt, UserId: r.UserID, Email: r.Email,
		}
	})}
	if more {
		list.Next = nextPage(ctx, found[len(found)-1].ID)
	}
	return generated.ListCreatedRooms200JSONResponse(list), nil
}
