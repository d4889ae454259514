package deploy

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// load reads Compose files as `docker compose` does in a directory, by the schema of the Compose specification.
func load(t *testing.T, directory string, variables types.Mapping, files ...string) *types.Project {
	t.Helper()
	directory, err := filepath.Abs(directory)
	require.NoError(t, err)
	details := types.ConfigDetails{WorkingDir: directory, Environment: variables}
	for _, file := range files {
		path, err := filepath.Abs(file)
		require.NoError(t, err)
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: path})
	}
	project, err := loader.LoadWithContext(context.Background(), details, func(o *loader.Options) { o.SetProjectName("meet", false) })
	require.NoError(t, err)
	return project
}

func onItsOwn(t *testing.T) *types.Project {
	t.Helper()
	return load(t, ".", types.Mapping{}, "compose.yaml")
}

func besideMeet(t *testing.T) *types.Project {
	t.Helper()
	return load(t, "testdata/meet", types.Mapping{"MEET_HOST": "meet.example.org"}, "testdata/meet/compose.yaml", "compose.meet.yaml")
}

// servers are the services that run the program.
func servers(t *testing.T) map[string]types.ServiceConfig {
	t.Helper()
	own := onItsOwn(t).Services
	return map[string]types.ServiceConfig{"server": own["server"], "migrate": own["migrate"], "external-api": besideMeet(t).Services["external-api"]}
}

// Every service runs without root, without a file system to write to but where it must, and without a way to more rights.
func TestComposeRestricts(t *testing.T) {
	t.Parallel()
	services := servers(t)
	services["postgres"], services["redis"] = onItsOwn(t).Services["postgres"], onItsOwn(t).Services["redis"]
	for name, service := range services {
		assert.NotContains(t, []string{"", "0", "root", "0:0"}, service.User, name)
		assert.True(t, service.ReadOnly, name)
		assert.Equal(t, []string{"ALL"}, service.CapDrop, name)
		assert.Equal(t, []string{"no-new-privileges:true"}, service.SecurityOpt, name)
		for _, port := range service.Ports {
			assert.Equalf(t, "127.0.0.1", port.HostIP, "%s: port %s", name, port.Published)
		}
	}
	for name, service := range servers(t) {
		assert.Equal(t, "65532:65532", service.User, name)
		assert.Equal(t, "meet-external-api:"+lastRelease(t), service.Image, name)
	}
	assert.Empty(t, onItsOwn(t).Services["postgres"].Ports)
	assert.Empty(t, onItsOwn(t).Services["redis"].Ports)
	assert.True(t, onItsOwn(t).Networks["data"].Internal)
	assert.Equal(t, "meet-external-api:2.3.4", load(t, ".", types.Mapping{"TAG": "2.3.4"}, "compose.yaml").Services["server"].Image)
}

// What is named EXTERNAL_API_ and the like is a setting of the program, and secrets are files that the service is given.
func TestComposeSettings(t *testing.T) {
	t.Parallel()
	settings := documentedSettings(t)
	for name, service := range servers(t) {
		files := map[string]bool{}
		for _, secret := range service.Secrets {
			files["/run/secrets/"+secret.Source] = true
		}
		for variable, value := range service.Environment {
			require.NotNilf(t, value, "%s: %s", name, variable)
			setting, isFile := strings.CutSuffix(variable, "_FILE")
			secret, known := settings[setting]
			if name != "external-api" || strings.HasPrefix(variable, "EXTERNAL_API_") {
				assert.Truef(t, known, "%s: docs/settings.md has no %s", name, variable)
			}
			if isFile {
				assert.Truef(t, secret, "%s: %s is no secret", name, setting)
				assert.Truef(t, files[*value], "%s: %s is not mounted", name, *value)
			} else if name != "external-api" && variable != "REDIS_URL" { // that of a Redis without a password
				assert.Falsef(t, secret, "%s: %s is a secret, and no file", name, variable)
			}
		}
	}
	own := onItsOwn(t)
	database := *own.Services["postgres"].Environment["POSTGRES_PASSWORD_FILE"]
	assert.Equal(t, database, *own.Services["server"].Environment["DB_PASSWORD_FILE"])
	for _, setting := range []string{"DB", "USER"} {
		want := map[string]string{"DB": "DB_NAME", "USER": "DB_USER"}[setting]
		assert.Equal(t, *own.Services["postgres"].Environment["POSTGRES_"+setting], *own.Services["server"].Environment[want])
	}
	assert.Equal(t, "https://meet.example.org", *servers(t)["external-api"].Environment["EXTERNAL_API_PUBLIC_URL"])
	assert.Equal(t, "postgresql", *servers(t)["external-api"].Environment["DB_HOST"])
}

// Services begin in order, tell whether they are well by what is in their images, and get the time to end in order.
func TestComposeLife(t *testing.T) {
	t.Parallel()
	own := onItsOwn(t)
	assert.Equal(t, types.ServiceConditionCompletedSuccessfully, own.Services["server"].DependsOn["migrate"].Condition)
	assert.Equal(t, types.ServiceConditionHealthy, own.Services["migrate"].DependsOn["postgres"].Condition)
	assert.Equal(t, types.ShellCommand{"migrate", "--create-meet-tables"}, own.Services["migrate"].Command)
	assert.Empty(t, own.Services["migrate"].Restart)
	for name, service := range map[string]types.ServiceConfig{"server": own.Services["server"], "external-api": servers(t)["external-api"]} {
		assert.Equal(t, types.HealthCheckTest{"CMD", "/meet-external-api", "health"}, service.HealthCheck.Test, name)
		assert.Equal(t, "0", *service.Environment["EXTERNAL_API_DRAIN_SECONDS"], name)
		assert.Equal(t, 45*time.Second, time.Duration(*service.StopGracePeriod), name)
	}
	for _, name := range []string{"postgres", "redis"} {
		assert.Equal(t, "CMD", own.Services[name].HealthCheck.Test[0], name)
	}
	assert.Equal(t, "database", own.Services["postgres"].Volumes[0].Source)
}
