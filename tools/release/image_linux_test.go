package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/stretchr/testify/require"
)

// testImage runs what an image says in a directory with nothing else than its files: it serves a database that it reaches by TCP, trusts
// the authorities of its file, and says what it needs where it has no database.
func testImage(t *testing.T, archive string) {
	root := filepath.Join(t.TempDir(), "root")
	config := unpack(t, archive, root)
	require.Equal(t, "65532:65532", config.User)
	require.Equal(t, map[string]struct{}{"8080/tcp": {}, "9090/tcp": {}}, config.ExposedPorts)
	files, err := entriesOf(root)
	require.NoError(t, err)
	var names []string
	for _, file := range files {
		names = append(names, file.path)
	}
	require.Equal(t, []string{
		"LICENSE", "LICENSES", "etc/", "etc/ssl/", "etc/ssl/certs/", "etc/ssl/certs/ca-certificates.crt", "meet-external-api",
	}, names)

	authorities := filepath.Join(root, "etc/ssl/certs/ca-certificates.crt")
	trusted, err := os.ReadFile(authorities)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(trusted))
	require.Greater(t, strings.Count(string(trusted), "BEGIN CERTIFICATE"), 100)

	settings := slices.Concat(config.Env, []string{
		"EXTERNAL_API_LISTEN=127.0.0.1:0", "EXTERNAL_API_OPERATIONS_LISTEN=127.0.0.1:0", "APPLICATION_JWT_SECRET_KEY=" + strings.Repeat("k", 64),
	})
	start := func(settings []string, command ...string) *exec.Cmd {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		t.Cleanup(cancel)
		c := exec.CommandContext(ctx, config.Entrypoint[0], command...)
		c.Dir, c.Env, c.SysProcAttr = "/", settings, inside(root)
		return c
	}
	said, err := start(settings, config.Cmd...).CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(said), "DATABASE_URL and DB_HOST are not set")

	settings = append(settings, "DATABASE_URL=postgres://postgres@"+startPostgres(t)+"/postgres?sslmode=disable")
	said, err = start(settings, "migrate", "--create-meet-tables").CombinedOutput()
	require.NoError(t, err, string(said))

	server := start(settings, config.Cmd...)
	log, err := server.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	address := ""
	for lines := bufio.NewScanner(log); lines.Scan() && !strings.Contains(lines.Text(), `"msg":"ready"`); {
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
			address = line.Address
		}
	}
	response, err := http.Get("http://" + address + "/__heartbeat__")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.NoError(t, server.Process.Kill())

	// An authority of the operator's own counts as soon as it is in the file.
	livekit := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(livekit.Close)
	settings = append(settings, "LIVEKIT_API_URL="+livekit.URL, "LIVEKIT_API_KEY=key", "LIVEKIT_API_SECRET="+strings.Repeat("s", 32))
	said, err = start(settings, "check").CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(said), "certificate signed by unknown authority")
	own := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: livekit.Certificate().Raw})
	require.NoError(t, os.WriteFile(authorities, own, 0o600))
	require.NoError(t, os.Chmod(authorities, 0o644))
	said, _ = start(settings, "check").CombinedOutput()
	require.Contains(t, string(said), "LiveKit")
	require.NotContains(t, string(said), "certificate")
}

// unpack makes a directory of what the image for this platform consists of, and returns how it is to be run.
func unpack(t *testing.T, archive, root string) v1.Config {
	directory := t.TempDir()
	_, err := command(directory, nil, "tar", "--extract", "--file", archive)
	require.NoError(t, err)
	index, err := layout.ImageIndexFromPath(directory)
	require.NoError(t, err)
	manifest, err := index.IndexManifest()
	require.NoError(t, err)
	images, err := index.ImageIndex(manifest.Manifests[0].Digest)
	require.NoError(t, err)
	manifest, err = images.IndexManifest()
	require.NoError(t, err)
	require.Len(t, manifest.Manifests, 1)
	image, err := images.Image(manifest.Manifests[0].Digest)
	require.NoError(t, err)
	layers, err := image.Layers()
	require.NoError(t, err)
	require.Len(t, layers, 1)
	files, err := layers[0].Uncompressed()
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(root, 0o755))
	unpacking := exec.CommandContext(t.Context(), "tar", "--extract", "--directory", root)
	unpacking.Stdin = files
	require.NoError(t, unpacking.Run())
	config, err := image.ConfigFile()
	require.NoError(t, err)
	return config.Config
}

// inside is to run as the user of the image, with root as the root directory: as root for real, else in a user namespace.
func inside(root string) *syscall.SysProcAttr {
	const id = 65532
	attributes := &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: id, Gid: id}}
	if os.Getuid() != 0 {
		attributes.Cloneflags, attributes.Credential.NoSetGroups = syscall.CLONE_NEWUSER, true
		attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: id, HostID: os.Getuid(), Size: 1}}
		attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: id, HostID: os.Getgid(), Size: 1}}
	}
	return attributes
}

// startPostgres starts a PostgreSQL that lives as long as the test, and returns its address, host:port.
func startPostgres(t *testing.T) string {
	bin := os.Getenv("EXTERNAL_API_POSTGRES_BIN")
	if bin == "" {
		found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
		require.NoError(t, err)
		require.NotEmpty(t, found)
		bin = found[len(found)-1]
	}
	data, err := os.MkdirTemp("", "release-test-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(data) })
	attributes := &syscall.SysProcAttr{}
	if os.Getuid() == 0 { // as which PostgreSQL does not run
		postgres, err := user.Lookup("postgres")
		require.NoError(t, err)
		uid, err := strconv.ParseUint(postgres.Uid, 10, 32)
		require.NoError(t, err)
		gid, err := strconv.ParseUint(postgres.Gid, 10, 32)
		require.NoError(t, err)
		require.NoError(t, os.Chown(data, int(uid), int(gid)))
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	run := func(name string, args ...string) *exec.Cmd {
		c := exec.CommandContext(t.Context(), filepath.Join(bin, name), args...)
		c.Dir, c.SysProcAttr = data, attributes
		c.Cancel = func() error { return c.Process.Signal(syscall.SIGQUIT) }
		return c
	}
	said, err := run("initdb", "--pgdata", data, "--auth=trust", "--username=postgres", "--no-sync").CombinedOutput()
	require.NoError(t, err, string(said))
	server := run("postgres", "-D", data, "-h", "127.0.0.1", "-p", port, "-k", "", "-F")
	log, err := server.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	lines := bufio.NewScanner(log)
	for ready := false; !ready && lines.Scan(); {
		ready = strings.Contains(lines.Text(), "ready to accept connections")
	}
	go func() { _, _ = io.Copy(io.Discard, log) }()
	t.Cleanup(func() { _ = server.Wait() })
	return address
}
