// Package token issues and verifies the JWTs of applications, and verifies those of Meet's add-ons (docs/contract.md,
// "POST /application/token/" and "Bearer authentication of /rooms"). An Issuer issues, a Verifier verifies; Applications and Addons
// are the authenticators over them. What is stored of an application or a user, and which tokens are revoked, is not looked up here:
// the statement that does what the request asks for checks that in the same round trip.
package token
