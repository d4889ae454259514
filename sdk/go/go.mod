module github.com/suitenumerique/meet-external-api/sdk/go

go 1.24.0
