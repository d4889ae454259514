package auth

import "github.com/google/uuid"

// IsUUID reports whether a text is a UUID in the one form that counts here, of 36 characters; the parser knows others.
func IsUUID(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil }
