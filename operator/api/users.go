package api

import (
	"context"

	"meet-external-api/db"
	generated "meet-external-api/generated/operator"
)

// ListUsers returns a page of the users.
func (a *API) ListUsers(ctx context.Context, request generated.ListUsersRequestObject) (generated.ListUsersResponseObject, error) {
	asked := request.Params
	found, more, err := a.Service.Users(ctx, db.Page{Search: valueOf(asked.Search), After: valueOf(asked.After), Limit: pageSize(asked.PageSize)})
	if err != nil {
		return nil, err
	}
	list := generated.UserList{Results: convertAll(found, func(u db.User) generated.User {
		return generated.User{Id: u.ID, Email: u.Email, Sub: u.Sub, IsActive: u.IsActive}
	})}
	if more {
		list.Next = nextPage(ctx, found[len(found)-1].ID)
	}
	return generated.ListUsers200JSONResponse(list), nil
}

// RevokeUserTokens ends all tokens for a user.
func (a *API) RevokeUserTokens(ctx context.Context, request generated.RevokeUserTokensRequestObject) (generated.RevokeUserTokensResponseObject, error) {
	users, err := a.Service.RevokeUserTokens(ctx, source(ctx), request.Id)
	if err != nil {
		return nil, err
	}
	return generated.RevokeUserTokens200JSONResponse{Users: users}, nil
}
