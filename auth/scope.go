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
	for word := range strings.FieldsFuncSeq(scope, isSpace) {
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
// nothing asked for is everything. Case does not count, and a scope that is held twice, as Meet lets it be, is granted once. Errors: ErrScopeNotHeld.
func GrantScopes(held, asked []string) ([]string, error) {
	for _, scope := range asked {
		if !hasScope(held, scope) {
			return nil, ErrScopeNotHeld
		}
	}
	granted := []string{}
	for _, scope := range held {
		wanted := len(asked) == 0 || hasScope(asked, scope)
		if wanted && scope != "" && !hasScope(granted, scope) {
			granted = append(granted, scope)
		}
	}
	return granted, nil
}

// isSpace takes the white space of ASCII alone: other characters are part of a word, which then is none that is known.
func isSpace(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }

// hasScope folds ASCII alone, like the addresses beside the scopes.
func hasScope(scopes []string, scope string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return FoldASCII(s) == FoldASCII(scope) })
}
