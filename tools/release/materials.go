package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// writeBillOfMaterials writes what a binary is made of, as the binary itself says, in CycloneDX: each module with its version and the hash of
// go.sum, and Go's library. It has no serial number, which would be another one each time.
func (s source) writeBillOfMaterials(b binary) error {
	content, err := os.ReadFile(b.path)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(content)
	own := cdx.Component{
		BOMRef: program, Type: cdx.ComponentTypeApplication, Name: program, Version: s.version,
		Hashes:   &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", digest)}},
		Licenses: &cdx.Licenses{{License: &cdx.License{ID: "MIT"}}},
		Properties: &[]cdx.Property{
			{Name: "commit", Value: s.commit}, {Name: "GOOS", Value: b.os}, {Name: "GOARCH", Value: b.arch},
		},
	}
	parts := []cdx.Component{library("std", strings.TrimPrefix(b.info.GoVersion, "go"))}
	for _, module := range b.info.Deps {
		part := library(module.Path, module.Version)
		sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(module.Sum, "h1:"))
		if err != nil {
			return fmt.Errorf("the sum of %s: %w", module.Path, err)
		}
		part.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sum)}}
		parts = append(parts, part)
	}
	references := []string{}
	for _, part := range parts {
		references = append(references, part.BOMRef)
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Timestamp: s.time.Format(time.RFC3339), Component: &own}
	bom.Components = &parts
	bom.Dependencies = &[]cdx.Dependency{{Ref: own.BOMRef, Dependencies: &references}}
	var text bytes.Buffer
	if err := cdx.NewBOMEncoder(&text, cdx.BOMFileFormatJSON).SetPretty(true).Encode(bom); err != nil {
		return err
	}
	return os.WriteFile(b.path+".cdx.json", text.Bytes(), 0o644) //nolint:gosec // To be published.
}

// library is a module, or Go's own library.
func library(path, version string) cdx.Component {
	url := "pkg:golang/" + path + "@" + version
	return cdx.Component{BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: path, Version: version, PackageURL: url}
}
