package operator

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

// DefaultPage is how many rows a page has where nobody says how many, MaxPage how many it has at most.
const (
	DefaultPage = 50
	MaxPage     = 1000
)

// States are those by which applications are listed.
var States = []string{"all", "active", "inactive"}

// Applications returns a page of the applications by name, and whether more follow. Errors: refusal.Fields.
func (s *Service) Applications(ctx context.Context, p db.ApplicationPage) ([]db.Application, bool, error) {
	page := newPage[db.Application](&p.Page)
	err := s.EachApplication(ctx, p, page.add)
	return page.end(err)
}

// EachApplication hands on the applications one by one, all of them where the page has no limit. Errors: refusal.Fields, and those of each.
func (s *Service) EachApplication(ctx context.Context, p db.ApplicationPage, each func(db.Application) error) error {
	wrong := checkPage(p.Page)
	if p.State != "" && !slices.Contains(States, p.State) {
		wrong.add("state", fmt.Sprintf(refusal.FieldChoice, refusal.Quote(p.State)))
	}
	if err := wrong.refusal(); err != nil {
		return err
	}
	err := s.Store.Applications(ctx, p, each)
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.Field("after", refusal.ApplicationUnknown.Text)
	}
	return err
}

// Users returns a page of the users by address, and whether more follow. Errors: refusal.Fields.
func (s *Service) Users(ctx context.Context, p db.Page) ([]db.User, bool, error) {
	page := newPage[db.User](&p)
	err := s.EachUser(ctx, p, page.add)
	return page.end(err)
}

// EachUser hands on the users one by one, all of them where the page has no limit. Errors: refusal.Fields, and those of each.
func (s *Service) EachUser(ctx context.Context, p db.Page, each func(db.User) error) error {
	if err := checkPage(p).refusal(); err != nil {
		return err
	}
	err := s.Store.Users(ctx, p, each)
	if errors.Is(err, db.ErrNotFound) {
		err = refusal.Field("after", "No user has this UUID.")
	}
	return err
}

// CreatedRooms returns a page of the rooms that the application created and that are still there, the newest first. After is the UUID of
// the last room of the page before; limit is at most MaxPage, and 0 stands for DefaultPage. Errors: refusal.ApplicationUnknown,
// refusal.Fields.
func (s *Service) CreatedRooms(ctx context.Context, id, after string, limit int) ([]db.CreatedRoom, error) {
	if after != "" && !auth.IsUUID(after) {
		return nil, refusal.Field("after", "No room has this UUID.")
	}
	application, err := s.Store.Application(ctx, known(id))
	if err != nil {
		return nil, explain(err)
	}
	return s.Store.CreatedRooms(ctx, application.ID, after, int(bounded(uint(max(limit, 0)))))
}

// page collects one row more than it has, which tells whether more follow.
type page[T any] struct {
	rows  []T
	limit uint
}

func newPage[T any](p *db.Page) *page[T] {
	limit := bounded(p.Limit)
	p.Limit = limit + 1
	return &page[T]{rows: []T{}, limit: limit}
}

func (p *page[T]) add(row T) error {
	p.rows = append(p.rows, row)
	return nil
}

func (p *page[T]) end(err error) (rows []T, more bool, _ error) {
	if err != nil {
		return nil, false, err
	}
	more = uint(len(p.rows)) > p.limit
	return p.rows[:min(uint(len(p.rows)), p.limit)], more, nil
}

func bounded(limit uint) uint {
	if limit == 0 {
		return DefaultPage
	}
	return min(limit, MaxPage)
}

func checkPage(p db.Page) fields {
	wrong := fields{}
	for name, text := range map[string]string{"search": p.Search, "after": p.After} {
		if !storable(text) {
			wrong.add(name, refusal.FieldNullBytes)
		}
	}
	return wrong
}
