// Package middleware is what happens to every request before and after its handler: around all of them the request id, the log, the
// deadline and the like, and for each operation what openapi.yaml says of it (Operations): authentication, scope, validation. All that
// is peculiar to OAuth endpoints is in oauth.go. HandleError words every error. Nothing here knows the database, nor what an
// operation does.
package middleware
