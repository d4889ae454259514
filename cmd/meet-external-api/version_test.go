// The tests of the version: the command, and `/__version__`.

package main

import (
	"encoding/json"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	b := buildOf()
	for version, document := range map[*string][]byte{&b.Specification: spec.YAML, &b.GoogleSpecification: spec.GoogleYAML, &b.OperatorSpecification: spec.OperatorYAML} {
		specification, err := openapi3.NewLoader().LoadFromData(document)
		require.NoError(t, err)
		require.Equal(t, specification.Info.Version, *version)
	}
	printed := command(nil, "version").stdout
	require.Equal(t, "meet-external-api development ("+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+")", strings.Split(printed, "\n")[0])
	require.Contains(t, printed, "\nopenapi.yaml "+b.Specification+"\nopenapi.google.yaml "+b.GoogleSpecification+"\nopenapi.operator.yaml "+b.OperatorSpecification+"\n")
	require.Contains(t, printed, "\ncommit unknown\n", "tests are built without a stamp")
	var told buildInfo
	require.NoError(t, json.Unmarshal([]byte(command(nil, "version", "--json").stdout), &told))
	require.Equal(t, b, told)
}

func TestCommit(t *testing.T) {
	t.Parallel()
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123abc"}
	require.Equal(t, "0123abc", commitOf([]debug.BuildSetting{revision, {Key: "vcs.modified", Value: "false"}}))
	require.Equal(t, "0123abc-modified", commitOf([]debug.BuildSetting{revision, {Key: "vcs.modified", Value: "true"}}))
	require.Empty(t, commitOf([]debug.BuildSetting{{Key: "vcs.modified", Value: "true"}}))
}

// What monitoring of La Suite reads is there for whoever asks, also where the API is switched off.
func TestVersionPath(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"EXTERNAL_API_ENABLED": "false"})
	for _, path := range []string{"/__version__", "/__version__/"} {
		a, _ := s.sendAnywhere(http.MethodGet, path, nil)
		require.Equal(t, 200, a.status)
		require.Equal(t, map[string]any{"version": "development", "commit": "", "source": "", "build": ""}, a.body)
	}
	head, _ := s.sendAnywhere(http.MethodHead, "/__version__", nil)
	require.Equal(t, 200, head.status)
	require.Empty(t, head.raw)
	for _, method := range []string{http.MethodOptions, http.MethodPost} {
		version, _ := s.sendAnywhere(method, "/__version__", nil)
		live, _ := s.sendAnywhere(method, "/__lbheartbeat__", nil)
		require.Equal(t, live.status, version.status, method)
		require.Equal(t, live.header.Get("Allow"), version.header.Get("Allow"), method)
	}
}
