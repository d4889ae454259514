package handlers

import "meet-external-api/auth/secret"

// randomName returns a random room name, like `abc-defg-hij`: all are equally likely, and none can be foreseen.
func randomName() string {
	letters := secret.RandomString("abcdefghijklmnopqrstuvwxyz", 10)
	return letters[:3] + "-" + letters[3:7] + "-" + letters[7:]
}

// randomPIN returns that many random digits.
func randomPIN(length int) string { return secret.RandomString("0123456789", length) }
