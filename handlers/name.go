package handlers

import (
	"crypto/rand"
	"math/big"
)

// names is how many room names there are: ten letters.
var names = new(big.Int).Exp(big.NewInt(26), big.NewInt(10), nil)

// DrawName returns a random room name, like `abc-defg-hij`: all are equally likely, and none can be foreseen.
func DrawName() string {
	drawn, err := rand.Int(rand.Reader, names)
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	number := drawn.Int64()
	name := []byte("abc-defg-hij")
	for i, character := range name {
		if character != '-' {
			name[i] = byte('a' + number%26)
			number /= 26
		}
	}
	return string(name)
}
