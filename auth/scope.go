package auth

import (
	"slices"
	"strings"

	"meet-external-api/refusal"
)

// Scopes are the permission scopes that an application can hold (docs/contract.md, "Scopes").
var Scopes = []string{
	"rooms:list", "rooms:retrieve", "rooms:create", "rooms:update", "rooms:delete", "rooms:grant-access",
}

// SplitScope reads the `scope` of a token request: exactly one e-mail address and, before or after it, the permission scopes to
// narrow the token to, separated by spaces (docs/contract.md, "POST /application/token/ — exchange credentials for a token").
// Errors: refusal.AddressNotValid.
func SplitScope(scope string) (address string, asked []string, err error) {
	for _, word := range Words(scope) {
		switch {
		case !strings.Contains(word, "@"):
			asked = append(asked, word)
		case address != "":
			return "", nil, refusal.AddressNotValid
		default:
			address = word
		}
	}
	if !ValidEmail(address) {
		return "", nil, refusal.AddressNotValid
	}
	return address, asked, nil
}

// GrantScopes narrows the scopes that an application holds to those asked for, in the order in which it holds them; nothing asked
// for is everything (RFC 6749, section 3.3). Case does not count, and a scope that is held twice, as Meet lets it be, is granted
// once. Errors: refusal.ScopeNotHeld.
func GrantScopes(held, asked []string) ([]string, error) {
	for _, scope := range asked {
		if !HasScope(held, scope) {
			return nil, refusal.ScopeNotHeld
		}
	}
	granted := []string{}
	for _, scope := range held {
		wanted := len(asked) == 0 || HasScope(asked, scope)
		if wanted && scope != "" && !HasScope(granted, scope) {
			granted = append(granted, scope)
		}
	}
	return granted, nil
}

// Words splits a text at white space of ASCII: other characters are part of a word, which then is no known scope.
func Words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' })
}

// HasScope reports whether scope is one of the scopes, without regard to ASCII case.
func HasScope(scopes []string, scope string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return FoldASCII(s) == FoldASCII(scope) })
}
