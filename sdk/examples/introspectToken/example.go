//go:build ignore

package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
)

// Asks what a token is good for.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	token, err := client.GenerateToken(ctx, os.Getenv("USER_EMAIL"))
	check(err)
	known, err := client.IntrospectToken(ctx, token.AccessToken)
	check(err)
	fmt.Println("active:", known.Active, "until", time.Unix(known.Exp, 0))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
