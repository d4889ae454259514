// Package api answers the operations of openapi.operator.yaml (docs/contract.md, "Operators"): one method for each, thin ones, which
// convert between what oapi-codegen made and package operator, where the rules are. A handler gets what has been authenticated and
// validated; package middleware words the errors. Begin with API.
package api

import (
	"context"

	"meet-external-api/audit"
	"meet-external-api/auth"
	generated "meet-external-api/generated/operator"
	"meet-external-api/operator"
)

// BasePath is where the API is served, on the operations listener.
const BasePath = "/operator-api/v1"

// API implements the operations of the specification.
type API struct{ Service *operator.Service }

var _ generated.StrictServerInterface = (*API)(nil)

// source is who asks for what a request does.
func source(ctx context.Context) audit.Source {
	from := auth.FromContext[auth.Origin](ctx)
	return audit.Source{
		Channel: audit.OperatorAPI, Operator: auth.FromContext[auth.Operator](ctx).Name, Address: from.Address, RequestID: from.RequestID,
	}
}
