package api

import (
	"context"
	"time"

	generated "meet-external-api/generated/operator"
	"meet-external-api/operator"
)

// RotateSecret gives an application a new secret, and shows it.
func (a *API) RotateSecret(ctx context.Context, request generated.RotateSecretRequestObject) (generated.RotateSecretResponseObject, error) {
	changed, secret, err := a.Service.RotateSecret(ctx, source(ctx), request.Id, operator.Rotation{
		Overlap: time.Duration(valueOf(request.Body.OverlapSeconds)) * time.Second, Replacing: valueOf(request.Body.Replacing),
	})
	if err != nil {
		return nil, err
	}
	return generated.RotateSecret200JSONResponse(convertWithSecret(changed, secret)), nil
}

// EndSecret ends one secret of an application.
func (a *API) EndSecret(ctx context.Context, request generated.EndSecretRequestObject) (generated.EndSecretResponseObject, error) {
	changed, err := a.Service.EndSecret(ctx, source(ctx), request.Id, request.SecretId)
	if err != nil {
		return nil, err
	}
	return generated.EndSecret200JSONResponse(convertWithSecrets(changed)), nil
}
