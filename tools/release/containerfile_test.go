package main

import (
	"os"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/stretchr/testify/require"
)

// deploy/Containerfile makes an image like that of a release: with the Go of go.mod, on nothing but certificates, and run in the same way.
func TestContainerfile(t *testing.T) {
	t.Parallel()
	file, err := os.Open("../../deploy/Containerfile")
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	parsed, err := parser.Parse(file)
	require.NoError(t, err)
	require.Empty(t, parsed.Warnings)
	stages, _, err := instructions.Parse(parsed.AST, nil)
	require.NoError(t, err)
	require.Len(t, stages, 2)
	toolchain, err := command("../..", nil, "sed", "-n", "s/^toolchain go//p", "go.mod")
	require.NoError(t, err)
	require.Equal(t, "golang:"+toolchain, stages[0].BaseName)
	require.Equal(t, "scratch", stages[1].BaseName)
	image := how
	image.User, image.Entrypoint, image.Cmd, image.Env, image.ExposedPorts = "", nil, nil, nil, map[string]struct{}{}
	var copied []string
	for _, command := range stages[1].Commands {
		switch c := command.(type) {
		case *instructions.CopyCommand:
			require.Equal(t, stages[0].Name, c.From)
			copied = append(copied, c.SourcePaths...)
		case *instructions.UserCommand:
			image.User = c.User
		case *instructions.EntrypointCommand:
			image.Entrypoint = c.CmdLine
		case *instructions.CmdCommand:
			image.Cmd = c.CmdLine
		case *instructions.EnvCommand:
			for _, variable := range c.Env {
				image.Env = append(image.Env, variable.Key+"="+variable.Value)
			}
		case *instructions.ExposeCommand:
			for _, port := range c.Ports {
				image.ExposedPorts[strings.TrimSuffix(port, "/tcp")+"/tcp"] = struct{}{}
			}
		}
	}
	require.Equal(t, []string{"/etc/ssl/certs/ca-certificates.crt", "/source/LICENSE", "/meet-external-api"}, copied)
	require.Equal(t, how, image)
}
