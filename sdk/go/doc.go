// Package meet is a client of the external API of La Suite Meet: meeting rooms for another application, from booking to deletion.
//
// A Client holds the credentials of an application. ForUser makes of it a User, who is acted for: the operations on rooms and accesses are
// its methods, and those on tokens are methods of the Client. Both may be used by many goroutines at once. The types of what is sent and
// answered are in package api, which is made of openapi.yaml.
//
// Tokens are fetched when needed, kept for each user and set of scopes, and fetched once for all who wait. A request is sent up to four
// times, as sdk/README.md says; a creation has an Idempotency-Key, so that there is one room. Every wait ends with the context.
//
// An error is a *MeetError, and of one of the types that embed it, which errors.As finds:
//
//	var gone *meet.NotFound
//	if errors.As(err, &gone) { … }
//
// Where the context ended, errors.Is finds context.Canceled or context.DeadlineExceeded.
package meet
