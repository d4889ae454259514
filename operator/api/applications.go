package api

import (
	"context"
	"fmt"

	"meet-external-api/auth"
	"meet-external-api/db"
	generated "meet-external-api/generated/operator"
	"meet-external-api/operator"
	"meet-external-api/refusal"
)

// ListApplications returns a page of the applications.
func (a *API) ListApplications(ctx context.Context, request generated.ListApplicationsRequestObject) (generated.ListApplicationsResponseObject, error) {
	asked := request.Params
	found, more, err := a.Service.Applications(ctx, db.ApplicationPage{
		Search: valueOf(asked.Search), State: string(valueOf(asked.State)), After: valueOf(asked.After), Limit: pageSize(asked.PageSize),
	})
	if err != nil {
		return nil, err
	}
	list := generated.ApplicationList{Results: convertAll(found, convertApplication)}
	if more {
		list.Next = nextPage(ctx, found[len(found)-1].ID)
	}
	return generated.ListApplications200JSONResponse(list), nil
}

// CreateApplication registers an application, and shows its secret.
func (a *API) CreateApplication(ctx context.Context, request generated.CreateApplicationRequestObject) (generated.CreateApplicationResponseObject, error) {
	asked := request.Body
	keys, err := keysOf(asked.PublicKeys, asked.PublicKeysPem)
	if err != nil {
		return nil, err
	}
	made, secret, err := a.Service.CreateApplication(ctx, source(ctx), operator.NewApplication{
		ID: valueOf(asked.Id), Name: asked.Name, IsInactive: asked.IsActive != nil && !*asked.IsActive, Scopes: textsOf(valueOf(asked.Scopes)), Domains: valueOf(asked.Domains),
		AnyDomain: valueOf(asked.AnyDomain), Visibility: string(valueOf(asked.Visibility)), PublicKeys: valueOf(keys),
	})
	if err != nil {
		return nil, err
	}
	return generated.CreateApplication201JSONResponse{
		Body:    convertWithSecret(made, secret),
		Headers: generated.CreateApplication201ResponseHeaders{Location: location(ctx, made.ID)},
	}, nil
}

// location is the URL of an application that a request to the list of them has made.
func location(ctx context.Context, id string) string {
	url := auth.FromContext[auth.Origin](ctx).URL
	url.RawQuery = ""
	return url.String() + id + "/"
}

// RetrieveApplication returns an application.
func (a *API) RetrieveApplication(ctx context.Context, request generated.RetrieveApplicationRequestObject) (generated.RetrieveApplicationResponseObject, error) {
	found, err := a.Service.Application(ctx, request.Id)
	if err != nil {
		return nil, err
	}
	return generated.RetrieveApplication200JSONResponse(convertWithSecrets(found)), nil
}

// UpdateApplication changes an application. That it may not act for everybody any more has to come with domains.
func (a *API) UpdateApplication(ctx context.Context, request generated.UpdateApplicationRequestObject) (generated.UpdateApplicationResponseObject, error) {
	asked := request.Body
	keys, err := keysOf(asked.PublicKeys, asked.PublicKeysPem)
	if err != nil {
		return nil, err
	}
	change := operator.ApplicationChange{
		Name: asked.Name, IsActive: asked.IsActive, Domains: asked.Domains, AnyDomain: valueOf(asked.AnyDomain), PublicKeys: keys,
	}
	if asked.AnyDomain != nil && !*asked.AnyDomain && asked.Domains == nil {
		change.Domains = &[]string{}
	}
	if asked.Scopes != nil {
		change.Scopes = new(textsOf(*asked.Scopes))
	}
	if asked.Visibility != nil {
		change.Visibility = new(string(*asked.Visibility))
	}
	changed, err := a.Service.UpdateApplication(ctx, source(ctx), request.Id, change)
	if err != nil {
		return nil, err
	}
	return generated.UpdateApplication200JSONResponse(convertWithSecrets(changed)), nil
}

// keysOf are the keys of a request in one of their two forms, as package operator takes them: nil where it says nothing of them, and
// empty where it takes them away.
func keysOf(set generated.PublicKeys, pem *generated.PublicKeysPEM) (*string, error) {
	switch {
	case set != nil && pem != nil:
		return nil, refusal.Field("public_keys_pem", fmt.Sprintf(refusal.FieldNotWith, "public_keys"))
	case set == nil:
		return pem, nil
	case string(set) == "null":
		return new(""), nil
	}
	return new(string(set)), nil
}

// DeleteApplication deletes an application.
func (a *API) DeleteApplication(ctx context.Context, request generated.DeleteApplicationRequestObject) (generated.DeleteApplicationResponseObject, error) {
	gone, err := a.Service.DeleteApplication(ctx, source(ctx), request.Id)
	if err != nil {
		return nil, err
	}
	return generated.DeleteApplication200JSONResponse(convertDeletion(gone)), nil
}

// ReadDeletion tells what a deletion would end.
func (a *API) ReadDeletion(ctx context.Context, request generated.ReadDeletionRequestObject) (generated.ReadDeletionResponseObject, error) {
	_, goes, err := a.Service.DeletionOf(ctx, request.Id)
	if err != nil {
		return nil, err
	}
	return generated.ReadDeletion200JSONResponse(convertDeletion(goes)), nil
}

// RevokeApplicationTokens ends all tokens of an application.
func (a *API) RevokeApplicationTokens(ctx context.Context, request generated.RevokeApplicationTokensRequestObject) (generated.RevokeApplicationTokensResponseObject, error) {
	changed, err := a.Service.RevokeTokens(ctx, source(ctx), request.Id)
	if err != nil {
		return nil, err
	}
	return generated.RevokeApplicationTokens200JSONResponse(convertWithSecrets(changed)), nil
}

// CheckAddress tells whether an application may act for an address.
func (a *API) CheckAddress(ctx context.Context, request generated.CheckAddressRequestObject) (generated.CheckAddressResponseObject, error) {
	verdict, err := a.Service.MayActFor(ctx, request.Id, request.Params.Email)
	if err != nil {
		return nil, err
	}
	return generated.CheckAddress200JSONResponse{
		Allowed: verdict.Allowed, Code: orAbsent(verdict.Code), Text: verdict.Text, UserId: orAbsent(verdict.UserID),
	}, nil
}
