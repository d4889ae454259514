package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What Meet's chart has under backend.envVars has the same meaning here, in each of its forms.
func TestEnvVarsOfMeet(t *testing.T) {
	t.Parallel()
	env := environment(t, container(t, releaseOf(t, "testdata/beside_meet.yaml", "backend: {envVars: {OIDC_OP_URL: null}}").deployment.Spec.Template))
	for name, value := range map[string]string{
		"DB_PORT":                            "5432",
		"APPLICATION_JWT_EXPIRATION_SECONDS": "31536000", // not 3.1536e+07
		"ROOM_TELEPHONY_ENABLED":             "true",
		"DJANGO_EMAIL_USE_SSL":               "false",
		"ROOM_TELEPHONY_PHONE_NUMBER":        "+33901020304",
		"OIDC_AUTH_REQUEST_EXTRA_PARAMS":     "{'acr_values': 'eidas1'}",
		"DB_PASSWORD":                        "secretKeyRef:\n  key: db-password\n  name: meet\n",
		"LIVEKIT_API_KEY":                    "secretKeyRef:\n  key: key\n  name: livekit\n",
		"EXTERNAL_API_PUBLIC_URL":            "https://meet.example.org",
		"EXTERNAL_API_LISTEN":                ":8080",
		"EXTERNAL_API_OPERATIONS_LISTEN":     ":9090",
	} {
		assert.Equalf(t, value, env[name], name)
	}
	own := environment(t, container(t, releaseOf(t, "testdata/on_its_own.yaml", "").deployment.Spec.Template))
	assert.Equal(t, "configMapKeyRef:\n  key: proxies\n  name: network\n", own["EXTERNAL_API_TRUSTED_PROXIES"])

	// Any text comes as it is, and what an operator says counts.
	text := "a \"b\" 'c' \\n ${d} # <e>\nf: é"
	env = environment(t, container(t, releaseOf(t, "testdata/beside_meet.yaml", `backend: {envVars: {OIDC_RS_SCOPES: "a \"b\" 'c' \\n ${d} # <e>\nf: é",
  EXTERNAL_API_PUBLIC_URL: https://other.example.org}}`).deployment.Spec.Template))
	assert.Equal(t, text, env["OIDC_RS_SCOPES"])
	assert.Equal(t, "https://other.example.org", env["EXTERNAL_API_PUBLIC_URL"])
}

// The names that the chart itself sets are settings of the program, and so are those of the values here that begin like one.
func TestNamesAreSettings(t *testing.T) {
	t.Parallel()
	settings := documentedSettings(t)
	for _, file := range valueFiles(t) {
		r := releaseOf(t, file, "{ingressConsole: {enabled: true}}")
		for name := range environment(t, container(t, r.deployment.Spec.Template)) {
			if strings.HasPrefix(name, "EXTERNAL_API_") || strings.HasPrefix(name, "APPLICATION_") || strings.HasSuffix(name, "_FILE") {
				assert.Containsf(t, settings, strings.TrimSuffix(name, "_FILE"), "%s: docs/settings.md does not have it", file)
			}
		}
	}
}

// The values that docs/operate.md shows are taken: those beside Meet with Meet's, those on its own alone.
func TestDocumentedValues(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/operate.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "\n### On Kubernetes\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n### ")
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(section, -1)
	require.Len(t, blocks, 2)
	beside := releaseOf(t, "testdata/beside_meet.yaml", blocks[0][1])
	assert.Len(t, beside.ingresses, 1)
	assert.NotContains(t, beside.notes, "WARNING")
	own := releaseOf(t, os.DevNull, blocks[1][1])
	assert.Equal(t, []string{"migrate", "--create-meet-tables"}, container(t, own.job.Spec.Template).Args)
	assert.NotContains(t, own.notes, "WARNING")
}

// Secrets are references; one that is a value is named by the notes.
func TestSecretsAreReferences(t *testing.T) {
	t.Parallel()
	settings := documentedSettings(t)
	for _, file := range valueFiles(t) {
		assert.NotContainsf(t, releaseOf(t, file, "").notes, "WARNING: D", file)
	}
	for name, secret := range settings {
		if !secret {
			continue
		}
		r := releaseOf(t, "testdata/least.yaml", "backend: {envVars: {"+name+": canary}}")
		assert.Containsf(t, r.notes, "WARNING: "+name+": whoever", "_helpers.tpl does not know that %s is a secret", name)
		assert.NotContains(t, r.notes, "canary")
	}
	defaults, err := os.ReadFile(filepath.Join(chartPath, "values.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(defaults), "\n  envVars: {}\n")
}

// The notes say what an operator has to know, and no more.
func TestNotes(t *testing.T) {
	t.Parallel()
	assert.Contains(t, releaseOf(t, "testdata/least.yaml", "").notes, "within the cluster alone")
	assert.Contains(t, releaseOf(t, "testdata/least.yaml", "").notes, "Without REDIS_URL")
	beside := releaseOf(t, "testdata/beside_meet.yaml", "").notes
	assert.Contains(t, beside, "https://meet.example.org/external-api/v1.0/")
	assert.NotContains(t, beside, "WARNING")
	assert.NotContains(t, beside, "REDIS_URL")
	assert.Contains(t, releaseOf(t, "testdata/least.yaml", "ingress: {enabled: true}").notes, "WARNING: without EXTERNAL_API_TRUSTED_PROXIES")
}

// Values that cannot be meant are refused, and the message says which.
func TestWrongValues(t *testing.T) {
	t.Parallel()
	for _, wrong := range []struct{ values, message string }{
		{"backend: {envVar: {A: b}}", "additional properties 'envVar' not allowed"},
		{"frontend: {replicas: 1}", "additional properties 'frontend' not allowed"},
		{"backend: {replicas: two}", "at '/backend/replicas': got string, want integer"},
		{"backend: {migrate: {command: [sh]}}", "additional properties 'command' not allowed"},
		{"backend: {envVars: {A: {secretKeyRef: {name: x}}}}", "missing property 'key'"},
		{"backend: {envVars: {A: {secretRef: {name: x, key: y}}}}", "additional properties 'secretRef' not allowed"},
		{"backend: {envVars: {A: [x]}}", "at '/backend/envVars/A'"},
		{"backend: {envVars: {a-b: x}}", "a-b"},
		{"ingress: {host: https://meet.example.org}", "at '/ingress/host'"},
		{"image: {credentials: {username: u, password: p}}", "missing property 'name'"},
		{"backend: {probes: {liveness: {exec: {command: [x]}}}}", "additional properties 'exec' not allowed"},
		{"backend: {service: {targetPort: 80000}}", "at '/backend/service/targetPort'"},
		{"backend: {probes: {liveness: {path: /__heartbeat__}}}", "backend.probes.liveness.path is /__heartbeat__"},
		{"backend: {probes: {startup: {path: /__heartbeat__/}}}", "backend.probes.startup.path is /__heartbeat__"},
		{"backend: {envVars: {EXTERNAL_API_LISTEN: ':80'}}", "use backend.service.targetPort"},
		{"backend: {envVars: {EXTERNAL_API_OPERATIONS_LISTEN: ':80'}}", "use backend.service.operationsPort"},
		{"backend: {envVars: {EXTERNAL_API_MIGRATE: true}}", "use backend.migrate.enabled"},
		{"backend: {envVars: {EXTERNAL_API_DRAIN_SECONDS: {configMapKeyRef: {name: x, key: k}}}}", "has to be a value"},
	} {
		_, err := release(t, "testdata/least.yaml", wrong.values)
		assert.ErrorContainsf(t, err, wrong.message, "with %s", wrong.values)
	}
	_, err := release(t, os.DevNull, "")
	assert.ErrorContains(t, err, "backend.envVars needs DATABASE_URL, DATABASE_URL_FILE or DB_HOST")
}
