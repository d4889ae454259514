//go:build ignore

package main

import (
	"context"
	"fmt"
	"log"
	"os"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
)

// Fetches a token that may list rooms, and no more. Other operations do without: they fetch their own.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	token, err := client.GenerateToken(ctx, os.Getenv("USER_EMAIL"), "rooms:list")
	check(err)
	fmt.Println(token.TokenType, "for", token.ExpiresIn, "seconds:", token.Scope)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
