package console

import (
	"errors"
	"slices"

	"meet-external-api/refusal"
)

// problem is one thing that is wrong with a form. Field is the name and the id of the field; empty: it is about the form as a whole.
type problem struct{ Field, Text string }

// problems are what is wrong with a form.
type problems []problem

// Of are the texts about one field.
func (p problems) Of(field string) []string {
	var texts []string
	for _, each := range p {
		if each.Field == field {
			texts = append(texts, each.Text)
		}
	}
	return texts
}

// fieldOrder is the order of the fields on the pages.
var fieldOrder = []string{"name", "scopes", "domains", "any_domain", "visibility", "public_keys", "overlap_seconds", "address"}

// fieldLabels are the labels of the fields, for where a text about one stands apart from it.
var fieldLabels = map[string]string{
	"name":            "Name",
	"scopes":          "Scopes",
	"domains":         "Domains of e-mail addresses",
	"visibility":      "Rooms that it can see",
	"public_keys":     "Public keys",
	"overlap_seconds": "Make a new secret; those before",
	"user_id":         "User (UUID)",
	"from":            "From (UTC)",
	"to":              "Until (UTC)",
}

// Label is that of the field; empty where it has none.
func (p problem) Label() string { return fieldLabels[p.Field] }

// problemsOf is what a refusal says of a form, for its page to be shown again; nil for what is no fault of the form.
func problemsOf(err error) problems {
	var refused *refusal.Error
	if !errors.As(err, &refused) {
		return nil
	}
	var found problems
	for field, texts := range refused.Fields {
		for _, text := range texts {
			found = append(found, problem{field, text})
		}
	}
	slices.SortStableFunc(found, func(a, b problem) int { return slices.Index(fieldOrder, a.Field) - slices.Index(fieldOrder, b.Field) })
	if refused.Kind == refusal.Conflict || errors.Is(err, refusal.SecretUnknown) {
		found = append(found, problem{Text: refused.Text})
	}
	return found
}
