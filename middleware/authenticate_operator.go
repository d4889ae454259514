package middleware

import (
	"context"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/auth/ratelimit"
	"meet-external-api/refusal"
)

// OperatorTokens tells who a token of the operators' API speaks for. Errors: refusal.OperatorTokenWrong, refusal.OperatorTokenEnded.
type OperatorTokens func(ctx context.Context, token string) (auth.Operator, error)

// writeScope is the permission scope of what changes something; every token has the other one, to read.
const writeScope = "write"

// AuthenticateOperator lets requests through that carry a token of the operators' API with the permission scope, and puts its operator into
// their context (docs/contract.md, "Operators"; RFC 6750). Tokens that nobody knows are counted by where they come from.
func AuthenticateOperator(tokens OperatorTokens, limits *ratelimit.Limiter, scope string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			token, err := bearerToken(c)
			if err != nil {
				return err
			}
			ctx := c.Request().Context()
			network := auth.FromContext[auth.Origin](ctx).Network()
			if err := limits.CheckOperatorToken(ctx, network); err != nil {
				return err
			}
			operator, err := tokens(ctx, token)
			if isRefusal(err, refusal.Unauthenticated) {
				limits.CountOperatorTokenFailure(ctx, network)
			}
			if err != nil {
				return err
			}
			c.SetRequest(c.Request().WithContext(auth.NewContext(ctx, operator)))
			if scope == writeScope && !operator.CanWrite {
				return refusal.WriteScopeMissing
			}
			return next(c)
		}
	}
}
