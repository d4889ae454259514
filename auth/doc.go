// Package auth is the vocabulary of authentication and authorization: the principal of a request, permission scopes, e-mail
// addresses, and what authenticates a bearer token. It knows neither HTTP nor SQL nor Redis; the packages below it do the work:
// token, secret, assertion and introspection tell right credentials from wrong ones, ratelimit bounds how often they are tried,
// and jose is what JWTs are made of. Begin with Authenticator.
package auth
