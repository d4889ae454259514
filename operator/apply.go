package operator

import (
	"context"
	"encoding/json"
	"fmt"

	"meet-external-api/audit"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

// Step is what is to be done about one declaration.
type Step struct {
	// Action is audit.ApplicationCreate or audit.ApplicationUpdate; empty: the application is as it is declared.
	Action audit.Action
	// Was is the application as it is, with nothing in it where there is none yet; Becomes what it is then.
	Was, Becomes db.Application
	// Changes are the difference, as in the event of it.
	Changes map[string]any

	declared Declaration
}

// Plan tells what is to be done so that applications are as declared, in the order of the declarations, and how many others there are,
// which stay as they are. Errors: Faults, such as an application that is declared twice or cannot be told from another one.
func (s *Service) Plan(ctx context.Context, declared []Declaration) (steps []Step, others int, err error) {
	byName, byID := map[string][]db.Application{}, map[string]db.Application{}
	err = s.EachApplication(ctx, db.ApplicationPage{}, func(a db.Application) error {
		byName[a.Name] = append(byName[a.Name], a)
		byID[a.ID], byID[a.ClientID] = a, a
		others++
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	var faults Faults
	firsts := map[string]int{}
	for _, d := range declared {
		was, found := byID[d.ID]
		named := byName[d.Name]
		switch {
		case d.ID != "" && !found:
			faults.add(d.lines[""], refusal.ApplicationUnknown.Text)
		case d.ID == "" && len(named) > 1:
			faults.add(d.lines["name"], fmt.Sprintf("name: %d applications have this name: say by client_id which one is meant", len(named)))
		case d.ID == "" && len(named) == 1:
			was, found = named[0], true
		}
		key := was.ID
		if !found {
			key = "name " + d.Name
		} else {
			others--
		}
		if first, twice := firsts[key]; twice {
			faults.add(d.lines[""], fmt.Sprintf("this is the application of line %d", first))
		}
		firsts[key] = d.lines[""]
		steps = append(steps, d.step(was))
	}
	return steps, others, faults.err()
}

// step is what is to be done about an application that may be there.
func (d Declaration) step(was db.Application) Step {
	change, _ := d.ApplicationChange.check(nil)
	step := Step{Action: audit.ApplicationUpdate, Was: was, Becomes: change.On(was), declared: d}
	if was.ID == "" {
		made, _ := d.application().check()
		step.Action = audit.ApplicationCreate
		step.Becomes = db.Application{
			Name: made.Name, IsActive: !made.IsInactive, Scopes: made.Scopes, Domains: made.Domains, Visibility: "user",
		}
		if made.Visibility != nil {
			step.Becomes.Visibility = *made.Visibility
		}
		if made.PublicKeys != nil {
			step.Becomes.PublicKeys = (*json.RawMessage)(&made.PublicKeys)
		}
	}
	if step.Changes = was.Difference(step.Becomes); len(step.Changes) == 0 {
		step.Action = ""
	}
	return step
}

// application is what is declared as an application to be registered, unless another one has been by that name meanwhile.
func (d Declaration) application() NewApplication {
	a := NewApplication{Name: d.Name, OnlyName: true, IsInactive: d.IsActive != nil && !*d.IsActive, AnyDomain: d.AnyDomain}
	if d.Scopes != nil {
		a.Scopes = *d.Scopes
	}
	if d.Domains != nil {
		a.Domains = *d.Domains
	}
	if d.Visibility != nil {
		a.Visibility = *d.Visibility
	}
	if d.PublicKeys != nil {
		a.PublicKeys = *d.PublicKeys
	}
	return a
}

// Do takes a step, and returns the application and, where it is a new one, its secret, which is shown now and never again. A step that was
// planned may find the application changed meanwhile: what is declared counts. Errors: those of CreateApplication and UpdateApplication.
func (s *Service) Do(ctx context.Context, by audit.Source, step Step) (Application, string, error) {
	if step.Action == audit.ApplicationCreate {
		return s.CreateApplication(ctx, by, step.declared.application())
	}
	application, err := s.UpdateApplication(ctx, by, step.Was.ID, step.declared.ApplicationChange)
	return application, "", err
}
