//go:build ignore

package main

import (
	"context"
	"fmt"
	"log"
	"os"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
)

// Reads the public keys by which tokens are verified.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	keys, err := client.ReadKeys(ctx)
	check(err)
	fmt.Println(len(keys.Keys), "keys")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
