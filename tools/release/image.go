package main

import (
	"bytes"
	"encoding/pem"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// how the image runs, as deploy/Containerfile says too. Its user and group are numbers, as no file in it names any: those that distroless
// images call nonroot.
var how = v1.Config{
	User: "65532:65532", Entrypoint: []string{"/" + program}, Cmd: []string{"serve"}, WorkingDir: "/",
	// In a container its own loopback is where nobody else is.
	Env:          []string{"EXTERNAL_API_OPERATIONS_LISTEN=:9090"},
	ExposedPorts: map[string]struct{}{"8080/tcp": {}, "9090/tcp": {}},
}

// writeImage writes an image for each of the binaries, as an archive of an OCI layout, which registries, podman and skopeo take.
func (s source) writeImage(binaries []binary, out string) error {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, b := range binaries {
		image, err := s.image(b)
		if err != nil {
			return err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{
			Platform: &v1.Platform{OS: b.os, Architecture: b.arch},
		}})
	}
	directory, err := os.MkdirTemp("", "image-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(directory) }()
	path, err := layout.Write(directory, empty.Index)
	if err != nil {
		return err
	}
	if err := path.AppendIndex(index, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": s.version})); err != nil {
		return err
	}
	entries, err := entriesOf(directory)
	if err != nil {
		return err
	}
	archive, err := tarOf(entries, s.time)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, program+"_"+s.version+"_image.tar"), archive, 0o644) //nolint:gosec // To be published.
}

// image is a binary on an empty base, with the certificates of public authorities and the licences.
func (s source) image(b binary) (v1.Image, error) {
	content, err := os.ReadFile(b.path)
	if err != nil {
		return nil, err
	}
	licenses, err := s.licenses(b)
	if err != nil {
		return nil, err
	}
	own, err := os.ReadFile(filepath.Join(s.dir, "LICENSE"))
	if err != nil {
		return nil, err
	}
	files, err := tarOf([]entry{
		{"LICENSE", 0o644, own},
		{"LICENSES", 0o644, licenses},
		{"etc/", 0o755, nil},
		{"etc/ssl/", 0o755, nil},
		{"etc/ssl/certs/", 0o755, nil},
		{"etc/ssl/certs/ca-certificates.crt", 0o644, authorities()},
		{program, 0o755, content},
	}, s.time)
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(files)), nil },
		tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	if image, err = mutate.Append(image, mutate.Addendum{Layer: layer, History: v1.History{
		Created: v1.Time{Time: s.time}, CreatedBy: "tools/release", Comment: program + " " + s.version,
	}}); err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Created = b.os, b.arch, v1.Time{Time: s.time}
	config.Config = how
	config.Config.Labels = map[string]string{
		"org.opencontainers.image.title":       program,
		"org.opencontainers.image.description": "The external API of La Suite Meet",
		"org.opencontainers.image.licenses":    "MIT",
		"org.opencontainers.image.version":     s.version,
		"org.opencontainers.image.revision":    s.commit,
		"org.opencontainers.image.created":     s.time.Format(time.RFC3339),
	}
	return mutate.ConfigFile(image, config)
}

// authorities are the certificates of Mozilla's list, in PEM. One that counts only for what it has signed until some day is left out: a
// file cannot say so.
func authorities() []byte {
	var all bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			_ = pem.Encode(&all, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate})
		}
	}
	return all.Bytes()
}

// entriesOf are the files of a directory and those below it, in order.
func entriesOf(directory string) ([]entry, error) {
	var entries []entry
	err := filepath.WalkDir(directory, func(path string, found fs.DirEntry, err error) error {
		if err != nil || path == directory {
			return err
		}
		name, err := filepath.Rel(directory, path)
		if err != nil || found.IsDir() {
			entries = append(entries, entry{name + "/", 0o755, nil})
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // Of the directory.
		entries = append(entries, entry{name, 0o644, content})
		return err
	})
	slices.SortFunc(entries, func(a, b entry) int { return bytes.Compare([]byte(a.path), []byte(b.path)) })
	return entries, err
}
