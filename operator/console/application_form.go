package console

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"meet-external-api/auth"
	"meet-external-api/operator"
)

// applicationForm is what stands in the fields of an application, as it was typed.
type applicationForm struct {
	Name       string
	Held       []string
	Domains    string
	AnyDomain  bool
	Visibility string
	PublicKeys string
	Problems   problems
}

// readApplicationForm reads them from a form.
func readApplicationForm(form url.Values) applicationForm {
	return applicationForm{
		Name: strings.TrimSpace(form.Get("name")), Held: form["scopes"], Domains: form.Get("domains"), AnyDomain: form.Get("any_domain") == "yes",
		Visibility: form.Get("visibility"), PublicKeys: strings.TrimSpace(form.Get("public_keys")),
	}
}

// formOf fills the fields with what is stored.
func formOf(a operator.Application) applicationForm {
	filled := applicationForm{
		Name: a.Name, Held: a.Scopes, Domains: strings.Join(a.Domains, "\n"), AnyDomain: len(a.Domains) == 0, Visibility: a.Visibility,
	}
	if a.PublicKeys != nil {
		var indented bytes.Buffer
		if json.Indent(&indented, *a.PublicKeys, "", "  ") == nil {
			filled.PublicKeys = indented.String()
		}
	}
	return filled
}

// application is what they register.
func (f applicationForm) application(id string) operator.NewApplication {
	return operator.NewApplication{
		ID: id, Name: f.Name, Scopes: f.Held, Domains: words(f.Domains), AnyDomain: f.AnyDomain, Visibility: f.Visibility,
		PublicKeys: f.PublicKeys,
	}
}

// change is what they make of an application.
func (f applicationForm) change() operator.ApplicationChange {
	scopes, domains := slices.Concat([]string{}, f.Held), slices.Concat([]string{}, words(f.Domains))
	return operator.ApplicationChange{
		Name: &f.Name, Scopes: &scopes, Domains: &domains, AnyDomain: f.AnyDomain, Visibility: &f.Visibility, PublicKeys: &f.PublicKeys,
	}
}

// scopeChoice is a check box for a scope, with what it allows.
type scopeChoice struct {
	Scope, Meaning string
	Held           bool
}

// scopeMeanings is what each scope allows.
var scopeMeanings = map[string]string{
	"rooms:list":         "List the rooms of a user",
	"rooms:retrieve":     "Read a room, and who has access to it",
	"rooms:create":       "Create rooms, which the user then owns",
	"rooms:update":       "Change the settings of rooms",
	"rooms:delete":       "Delete rooms of which the user is an owner",
	"rooms:grant-access": "Give other users a role in a room, and take it away",
}

// Choices are the check boxes: the scopes that there are, and those that the application has from elsewhere.
func (f applicationForm) Choices() []scopeChoice {
	var choices []scopeChoice
	for _, scope := range auth.Scopes {
		choices = append(choices, scopeChoice{scope, scopeMeanings[scope], slices.Contains(f.Held, scope)})
	}
	for _, scope := range f.Held {
		if !slices.Contains(auth.Scopes, scope) {
			choices = append(choices, scopeChoice{scope, "", true})
		}
	}
	return choices
}

// refused is the form with what is wrong with it. Keys that are refused are not shown again, since a private one may be among them: those
// that are stored stand there then, or none.
func (f applicationForm) refused(wrong problems, storedKeys string) applicationForm {
	f.Problems = wrong
	if wrong.Of("public_keys") != nil {
		f.PublicKeys = storedKeys
	}
	return f
}
