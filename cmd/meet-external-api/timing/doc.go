// Package timing holds the test that failures to authenticate take the same time (docs/contract.md, "POST /application/token/ —
// exchange credentials for a token"), and nothing else. It has a folder of its own because the race detector changes what it
// measures: with that, the test is left out.
package timing
