package auth

import (
	"slices"
	"strings"
)

// Scopes are the permission scopes that an application can hold (contract, "Scopes").
var Scopes = []string{
	"rooms:list", "rooms:retrieve", "rooms:create", "rooms:update", "rooms:delete", "rooms:grant-access",
}

// SplitScope reads the `scope` of a token request: exactly one e-mail address and, before or after it, the permission
// scopes to narrow the token to, separated by spaces. Errors: ErrNoAddress.
func SplitScope(scope string) (address string, asked []string, err error) {
	for word := range strings.FieldsSeq(scope) {
		switch {
		case !strings.Contains(word, "@"):
			asked = append(asked, word)
		case address != "":
			return "", nil, ErrNoAddress
		default:
			address = word
		}
	}
	if !ValidEmail(address) {
		return "", nil, ErrNoAddress
	}
	return address, asked, nil
}

// GrantScopes narrows the scopes that an application holds to those asked for, in the order in which it holds them;
// nothing asked for is everything. Case does not count. Errors: ErrScopeNotHeld.
func GrantScopes(held, asked []string) ([]string, error) {
	if len(asked) == 0 {
		return held, nil
	}
	for _, scope := range asked {
		if !hasScope(held, scope) {
			return nil, ErrScopeNotHeld
		}
	}
	granted := []string{}
	for _, scope := range held {
		if hasScope(asked, scope) {
			granted = append(granted, scope)
		}
	}
	return granted, nil
}

func hasScope(scopes []string, scope string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return strings.EqualFold(s, scope) })
}
