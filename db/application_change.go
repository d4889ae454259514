package db

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
)

// ApplicationChange is what UpdateApplication changes; nil leaves a field as it is.
type ApplicationChange struct {
	Name     *string
	IsActive *bool
	Scopes   []string
	// Domains replaces the domains where it is not nil; none: any domain.
	Domains    []string
	Visibility *string
	// PublicKeys is a JWK Set; an empty one takes the keys away.
	PublicKeys []byte
	// RevokeTokens ends all tokens that were issued before now.
	RevokeTokens bool
}

// changesMeet is whether tables of Meet's are changed: where none is, no right on them is needed.
func (c ApplicationChange) changesMeet() bool {
	return c.Name != nil || c.IsActive != nil || c.Scopes != nil || c.Domains != nil
}

// beyond returns the change without what the application is like already.
func (c ApplicationChange) beyond(a Application) ApplicationChange {
	if c.Name != nil && *c.Name == a.Name {
		c.Name = nil
	}
	if c.IsActive != nil && *c.IsActive == a.IsActive {
		c.IsActive = nil
	}
	if slices.Equal(sorted(c.Scopes), sorted(a.Scopes)) {
		c.Scopes = nil
	}
	if slices.Equal(sorted(c.Domains), sorted(a.Domains)) {
		c.Domains = nil
	}
	if c.Visibility != nil && *c.Visibility == a.Visibility {
		c.Visibility = nil
	}
	if reflect.DeepEqual(value(c.On(a).PublicKeys), value(a.PublicKeys)) {
		c.PublicKeys = nil
	}
	return c
}

// Difference tells what is another one in b, by the name of the member in JSON: {"from": what it was, "to": what it is}. Members that
// nobody but this program sets are left out.
func (a Application) Difference(b Application) map[string]any {
	changes := map[string]any{}
	for _, member := range []struct {
		name     string
		from, to any
	}{
		{"name", a.Name, b.Name},
		{"is_active", a.IsActive, b.IsActive},
		{"scopes", sorted(a.Scopes), sorted(b.Scopes)},
		{"domains", sorted(a.Domains), sorted(b.Domains)},
		{"visibility", a.Visibility, b.Visibility},
		{"public_keys", value(a.PublicKeys), value(b.PublicKeys)},
	} {
		if !reflect.DeepEqual(member.from, member.to) {
			changes[member.name] = map[string]any{"from": member.from, "to": member.to}
		}
	}
	return changes
}

// sorted is never nil, which would be no list in JSON.
func sorted(texts []string) []string {
	list := append([]string{}, texts...)
	slices.Sort(list)
	return list
}

// value is what JSON says, whatever its spelling; nil: there is none.
func value(stored *json.RawMessage) (said any) {
	if stored != nil {
		_ = json.Unmarshal(*stored, &said) // PostgreSQL stores nothing else
	}
	return said
}

// On returns an application as it is once it has changed.
func (c ApplicationChange) On(a Application) Application {
	a.Name, a.IsActive = *cmp.Or(c.Name, &a.Name), *cmp.Or(c.IsActive, &a.IsActive)
	a.Visibility = *cmp.Or(c.Visibility, &a.Visibility)
	if c.Scopes != nil {
		a.Scopes = c.Scopes
	}
	if c.Domains != nil {
		a.Domains = c.Domains
	}
	if c.PublicKeys != nil {
		a.PublicKeys = nil
	}
	if len(c.PublicKeys) > 0 {
		a.PublicKeys = (*json.RawMessage)(&c.PublicKeys)
	}
	return a
}
