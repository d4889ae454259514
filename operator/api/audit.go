package api

import (
	"context"
	"time"

	"meet-external-api/audit"
	"meet-external-api/db"
	generated "meet-external-api/generated/operator"
)

// countedFor is how long ago tokens are counted from, unless a request says it.
const countedFor = 7 * 24 * time.Hour

// ListAuditEvents returns a page of the audit trail.
func (a *API) ListAuditEvents(ctx context.Context, request generated.ListAuditEventsRequestObject) (generated.ListAuditEventsResponseObject, error) {
	asked := request.Params
	found, next, err := a.Service.Store.Events(ctx, db.EventFilter{
		ClientID: valueOf(asked.ClientId), UserID: valueOf(asked.UserId), Operator: valueOf(asked.Operator),
		Action: audit.Action(valueOf(asked.Action)), Outcome: audit.Outcome(valueOf(asked.Outcome)), Channel: audit.Channel(valueOf(asked.Channel)),
		RequestID: valueOf(asked.RequestId), TargetID: valueOf(asked.TargetId), From: valueOf(asked.From), To: valueOf(asked.To),
		Before: valueOf(asked.After), Limit: int(pageSize(asked.PageSize)),
	})
	if err != nil {
		return nil, err
	}
	list := generated.AuditEventList{Results: convertAll(found, convertEvent)}
	if next != "" {
		list.Next = nextPage(ctx, next)
	}
	return generated.ListAuditEvents200JSONResponse(list), nil
}

func convertEvent(e audit.Event) generated.AuditEvent {
	converted := generated.AuditEvent{
		Id: e.ID, Time: e.Time, Action: string(e.Action), Outcome: generated.AuditOutcome(e.Outcome), Reason: orAbsent(e.Reason),
		Channel: generated.AuditChannel(e.Channel), Operator: orAbsent(e.Operator), ClientId: orAbsent(e.ClientID), UserId: orAbsent(e.UserID),
		Address: orAbsent(e.Address), RequestId: orAbsent(e.RequestID), TargetKind: orAbsent(e.TargetKind), TargetId: orAbsent(e.TargetID),
	}
	if len(e.Changes) > 0 {
		converted.Changes = &e.Changes
	}
	return converted
}

// CountTokens counts the tokens of an application by the hour.
func (a *API) CountTokens(ctx context.Context, request generated.CountTokensRequestObject) (generated.CountTokensResponseObject, error) {
	application, err := a.Service.Application(ctx, request.Id)
	if err != nil {
		return nil, err
	}
	since := time.Now().Add(-countedFor)
	if request.Params.Since != nil {
		since = *request.Params.Since
	}
	counts, err := a.Service.Store.TokenCounts(ctx, application.ClientID, since)
	if err != nil {
		return nil, err
	}
	return generated.CountTokens200JSONResponse{Results: convertAll(counts, func(c db.TokenCount) generated.TokenCount {
		return generated.TokenCount{Hour: c.Hour, Reason: orAbsent(c.Reason), Count: c.Count}
	})}, nil
}
