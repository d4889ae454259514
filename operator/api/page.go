package api

import (
	"context"

	"meet-external-api/auth"
)

const defaultPageSize = 20

func pageSize(asked *int32) uint {
	if asked == nil {
		return defaultPageSize
	}
	return uint(*asked) //nolint:gosec // the specification has it from 1 to 100
}

// nextPage is the URL of the page behind the row with that id, and keeps the other parameters of the request.
func nextPage(ctx context.Context, last string) *string {
	url := auth.FromContext[auth.Origin](ctx).URL
	query := url.Query()
	query.Set("after", last)
	url.RawQuery = query.Encode()
	return new(url.String())
}
