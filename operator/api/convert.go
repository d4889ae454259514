package api

import (
	"meet-external-api/db"
	generated "meet-external-api/generated/operator"
	"meet-external-api/operator"
)

// convertApplication is an application as lists show it.
func convertApplication(a db.Application) generated.Application {
	return generated.Application{
		Id: a.ID, Name: a.Name, ClientId: a.ClientID, IsActive: a.IsActive, Scopes: listOf(a.Scopes), Domains: listOf(a.Domains),
		AnyDomain: len(a.Domains) == 0, Visibility: generated.RoomVisibility(a.Visibility), TokensRevokedUntil: a.TokensFrom,
		CreatedAt: a.CreatedAt, PublicKeys: a.PublicKeys,
	}
}

// convertWithSecrets is an application by itself.
func convertWithSecrets(a operator.Application) generated.Application {
	converted := convertApplication(a.Application)
	converted.Secrets = new(convertAll(a.Secrets, func(s db.Secret) generated.Secret {
		return generated.Secret{Id: s.ID, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt, LastUsedAt: s.LastUsedAt}
	}))
	return converted
}

// convertWithSecret is an application with a secret that has just been made.
func convertWithSecret(a operator.Application, secret string) generated.Application {
	converted := convertWithSecrets(a)
	converted.ClientSecret = &secret
	return converted
}

func convertDeletion(d operator.Deletion) generated.Deletion {
	return generated.Deletion{Secrets: int64(d.Secrets), Tokens: int64(d.Tokens), Rooms: int64(d.Rooms)}
}

// convertAll converts each of a list; the result is a list also where there is none.
func convertAll[A, B any](list []A, convert func(A) B) []B {
	all := make([]B, len(list))
	for i, one := range list {
		all[i] = convert(one)
	}
	return all
}

// listOf is a list that is not null in JSON.
func listOf(texts []string) []string { return append([]string{}, texts...) }

// textsOf are the choices of an enumeration as texts.
func textsOf[T ~string](choices []T) []string {
	return convertAll(choices, func(choice T) string { return string(choice) })
}

// valueOf is what a request says, or the zero value where it says nothing.
func valueOf[T any](given *T) T {
	if given == nil {
		return *new(T)
	}
	return *given
}

// orAbsent leaves a member out where it would be empty.
func orAbsent(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
