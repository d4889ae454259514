//go:build ignore

package main

import (
	"context"
	"fmt"
	"log"
	"os"

	meet "github.com/suitenumerique/meet-external-api/sdk/go"
)

// Reads which scopes there are, and where tokens come from.
func main() {
	ctx := context.Background()
	client, err := meet.NewClient(os.Getenv("MEET_URL"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), nil)
	check(err)
	metadata, err := client.ReadMetadata(ctx)
	check(err)
	fmt.Println(metadata.TokenEndpoint, metadata.ScopesSupported)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
