package handlers

import (
	"crypto/rand"
	"fmt"
	"math/big"
)

// drawName returns a random room name, like `abc-defg-hij`: all are equally likely, and none can be foreseen.
func drawName() string {
	number := draw(26, 10)
	name := []byte("abc-defg-hij")
	letter, count := new(big.Int), big.NewInt(26)
	for i, character := range name {
		if character != '-' {
			number.DivMod(number, count, letter)
			name[i] = "abcdefghijklmnopqrstuvwxyz"[letter.Int64()]
		}
	}
	return string(name)
}

// drawPIN returns that many random digits.
func drawPIN(length int) string { return fmt.Sprintf("%0*d", length, draw(10, length)) }

// draw returns a random number below base to the power of digits.
func draw(base, digits int) *big.Int {
	limit := new(big.Int).Exp(big.NewInt(int64(base)), big.NewInt(int64(digits)), nil)
	drawn, err := rand.Int(rand.Reader, limit)
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return drawn
}
