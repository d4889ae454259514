package operator

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"meet-external-api/auth"
	"meet-external-api/auth/jose"
	"meet-external-api/refusal"
)

// fields are what is wrong with an input, by the name of the member.
type fields map[string][]string

func (f fields) refusal() error {
	if len(f) == 0 {
		return nil
	}
	return refusal.Fields(f)
}

func (f fields) add(name, message string) { f[name] = append(f[name], message) }

// checkName takes a name that fits into Meet's column.
func (f fields) checkName(name string) {
	switch {
	case strings.TrimSpace(name) == "":
		f.add("name", refusal.FieldBlank)
	case !storable(name):
		f.add("name", refusal.FieldNullBytes)
	case utf8.RuneCountInString(name) > 255:
		f.add("name", fmt.Sprintf(refusal.FieldTooLong, 255))
	}
}

// checkScopes refuses scopes that this release does not know, but for those that are held.
func (f fields) checkScopes(scopes, held []string) {
	for _, scope := range scopes {
		if !slices.Contains(auth.Scopes, scope) && !slices.Contains(held, scope) {
			f.add("scopes", fmt.Sprintf(refusal.FieldChoice, refusal.Quote(scope)))
		}
	}
}

// checkDomains refuses domains that no e-mail address can have; and none, unless that is said: without domains an application may act for
// everybody.
func (f fields) checkDomains(domains []string, anyDomain bool) {
	switch {
	case len(domains) == 0 && !anyDomain:
		f.add("domains", refusal.DomainsMissing)
	case len(domains) > 0 && anyDomain:
		f.add("domains", refusal.DomainsAndAny)
	}
	for _, domain := range domains {
		if !auth.ValidEmail("user@" + domain) {
			f.add("domains", fmt.Sprintf(refusal.DomainNotValid, refusal.Quote(domain)))
		}
	}
}

func (f fields) checkVisibility(visibility string) {
	if visibility != "own" && visibility != "user" {
		f.add("visibility", fmt.Sprintf(refusal.FieldChoice, refusal.Quote(visibility)))
	}
}

func (f fields) checkOverlap(overlap time.Duration) {
	switch {
	case overlap < 0:
		f.add("overlap_seconds", fmt.Sprintf(refusal.FieldTooSmall, 0))
	case overlap > MaxOverlap:
		f.add("overlap_seconds", fmt.Sprintf(refusal.FieldTooGreat, int(MaxOverlap.Seconds())))
	}
}

// checkKeys returns keys in the form in which they are stored; nil where there are none.
func (f fields) checkKeys(text string) []byte {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	keys, err := jose.NormalizeClientKeys([]byte(text))
	if err != nil {
		f.add("public_keys", err.Error())
	}
	return keys
}

// distinct keeps the first of equal texts; it is never nil, which would stand for "unchanged".
func distinct(texts []string) []string {
	kept := []string{}
	for _, text := range texts {
		if !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	return kept
}

func nilIfEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
