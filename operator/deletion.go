package operator

import (
	"context"
	"time"

	"meet-external-api/audit"
)

// Deletion is what goes when an application is deleted, or has gone; the rooms that it created stay.
type Deletion struct {
	// Secrets are the valid ones. Tokens are those that were issued and have not expired, as far as the audit trail tells.
	Secrets int `json:"secrets"`
	Tokens  int `json:"tokens"`
	Rooms   int `json:"rooms"`
}

// DeletionOf tells what goes when the application is deleted. Errors: refusal.ApplicationUnknown.
func (s *Service) DeletionOf(ctx context.Context, id string) (Application, Deletion, error) {
	application, err := s.Application(ctx, id)
	if err != nil {
		return Application{}, Deletion{}, err
	}
	goes := Deletion{Secrets: len(application.Secrets)}
	if goes.Rooms, err = s.Store.CountCreatedRooms(ctx, application.ID); err != nil {
		return application, Deletion{}, err
	}
	since := time.Now().Add(-time.Duration(s.TokenLifetime) * time.Second)
	if revoked := application.TokensFrom; revoked != nil && revoked.After(since) {
		since = *revoked
	}
	goes.Tokens, err = s.Store.IssuedTokens(ctx, application.ClientID, since)
	return application, goes, err
}

// DeleteApplication deletes an application for good, and tells what has gone with it. Errors: refusal.ApplicationUnknown.
func (s *Service) DeleteApplication(ctx context.Context, by audit.Source, id string) (Deletion, error) {
	application, deletion, err := s.DeletionOf(ctx, id)
	if err == nil {
		err = explain(s.Store.DeleteApplication(ctx, by, application.ID))
	}
	return deletion, err
}
