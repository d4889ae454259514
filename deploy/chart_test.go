package deploy

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// What `helm lint --strict` would refuse is not there, with no values and with those of each file.
func TestChartLints(t *testing.T) {
	t.Parallel()
	for _, file := range append(valueFiles(t), "") {
		values := chartutil.Values{}
		if file != "" {
			var err error
			values, err = chartutil.ReadValuesFile(file)
			require.NoError(t, err)
		}
		for _, message := range lint.AllWithKubeVersion(chartPath, values, "meet", nil).Messages {
			assert.Lessf(t, message.Severity, support.WarningSev, "%s: %s", file, message)
		}
	}
}

// The image is that of the last release.
func TestChartIsOfTheLastRelease(t *testing.T) {
	t.Parallel()
	c, err := loader.Load(chartPath)
	require.NoError(t, err)
	assert.Equal(t, lastRelease(t), c.Metadata.AppVersion)
	image := container(t, releaseOf(t, "testdata/least.yaml", "").deployment.Spec.Template).Image
	assert.Equal(t, "meet-external-api:"+c.Metadata.AppVersion, image)
}

// All pods pass the profile "restricted" of Kubernetes' Pod Security Standards, with a root file system that nothing is written to and
// without a token of the cluster.
func TestPodsAreRestricted(t *testing.T) {
	t.Parallel()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	require.NoError(t, err)
	for _, file := range valueFiles(t) {
		r := releaseOf(t, file, "")
		for _, pod := range []corev1.PodTemplateSpec{r.deployment.Spec.Template, r.job.Spec.Template} {
			level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
			for _, result := range evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec) {
				assert.Truef(t, result.Allowed, "%s: %s: %s", file, result.ForbiddenReason, result.ForbiddenDetail)
			}
			assert.False(t, *pod.Spec.AutomountServiceAccountToken)
			assert.False(t, *pod.Spec.EnableServiceLinks)
			c := container(t, pod)
			assert.True(t, *c.SecurityContext.ReadOnlyRootFilesystem)
			assert.NotEmpty(t, c.Resources.Requests.Cpu().String())
			assert.Equal(t, "256Mi", c.Resources.Limits.Memory().String())
		}
	}
}

// A replica that ends is noticed before it stops to answer, has the time that it needs, and is replaced before; a database that is away
// restarts nothing.
func TestReplicasAreReplacedUnnoticed(t *testing.T) {
	t.Parallel()
	settings, err := os.ReadFile("../docs/settings.md")
	require.NoError(t, err)
	require.Contains(t, string(settings), "| `EXTERNAL_API_DRAIN_SECONDS` | `5` |")
	serve, err := os.ReadFile("../cmd/meet-external-api/serve.go")
	require.NoError(t, err)
	require.Contains(t, string(serve), "shutdownTimeout = 30 * time.Second")

	spec := releaseOf(t, "testdata/least.yaml", "").deployment.Spec
	c := container(t, spec.Template)
	assert.Equal(t, "/__lbheartbeat__", c.LivenessProbe.HTTPGet.Path)
	assert.Equal(t, "/__lbheartbeat__", c.StartupProbe.HTTPGet.Path)
	assert.Equal(t, "/__heartbeat__", c.ReadinessProbe.HTTPGet.Path)
	for _, probe := range []*corev1.Probe{c.LivenessProbe, c.StartupProbe, c.ReadinessProbe} {
		assert.Equal(t, intstr.FromString("http"), probe.HTTPGet.Port)
	}
	assert.Less(t, c.ReadinessProbe.PeriodSeconds*c.ReadinessProbe.FailureThreshold, int32(5))
	assert.Equal(t, int64(5+30+15), *spec.Template.Spec.TerminationGracePeriodSeconds)
	assert.Equal(t, 0, spec.Strategy.RollingUpdate.MaxUnavailable.IntValue())
	assert.Equal(t, int32(2), *spec.Replicas)

	for value, grace := range map[string]int64{"0": 45, "20": 65, `"20"`: 65, `""`: 50} {
		r := releaseOf(t, "testdata/least.yaml", "backend: {envVars: {EXTERNAL_API_DRAIN_SECONDS: "+value+"}}")
		assert.Equalf(t, grace, *r.deployment.Spec.Template.Spec.TerminationGracePeriodSeconds, "with %s", value)
	}
}

// A probe of an operator has what Meet's chart knows of one, and can be left out.
func TestProbesOfOperators(t *testing.T) {
	t.Parallel()
	c := container(t, releaseOf(t, "testdata/least.yaml", `
backend:
  probes:
    startup: null
    liveness: {path: /__lbheartbeat__, targetPort: 9000, initialDelaySeconds: 7, periodSeconds: 8, timeoutSeconds: 9}`).deployment.Spec.Template)
	assert.Nil(t, c.StartupProbe)
	assert.Equal(t, 9000, c.LivenessProbe.HTTPGet.Port.IntValue())
	assert.Equal(t, []int32{7, 8, 9},
		[]int32{c.LivenessProbe.InitialDelaySeconds, c.LivenessProbe.PeriodSeconds, c.LivenessProbe.TimeoutSeconds})
}

// Migrations are applied by a job before the Deployment changes, and by nothing else; where there is no job, by the replicas.
func TestMigrations(t *testing.T) {
	t.Parallel()
	r := releaseOf(t, "testdata/least.yaml", "")
	assert.Equal(t, "pre-install,pre-upgrade", r.job.Annotations["helm.sh/hook"])
	assert.Equal(t, []string{"migrate"}, container(t, r.job.Spec.Template).Args)
	assert.Equal(t, "false", environment(t, container(t, r.deployment.Spec.Template))["EXTERNAL_API_MIGRATE"])
	assert.Equal(t, environment(t, container(t, r.deployment.Spec.Template)), environment(t, container(t, r.job.Spec.Template)))

	own := releaseOf(t, "testdata/on_its_own.yaml", "")
	assert.Equal(t, []string{"migrate", "--create-meet-tables"}, container(t, own.job.Spec.Template).Args)
	assert.Equal(t, own.deployment.Spec.Template.Spec.Volumes, own.job.Spec.Template.Spec.Volumes)
	assert.Equal(t, container(t, own.deployment.Spec.Template).VolumeMounts, container(t, own.job.Spec.Template).VolumeMounts)

	without := releaseOf(t, "testdata/least.yaml", "backend: {migrate: {enabled: false}}")
	assert.Nil(t, without.job)
	assert.NotContains(t, environment(t, container(t, without.deployment.Spec.Template)), "EXTERNAL_API_MIGRATE")
}

// With everything on: what selects pods selects those of the Deployment, and not that of the migration.
func TestEverything(t *testing.T) {
	t.Parallel()
	r := releaseOf(t, "testdata/everything.yaml", "")
	const name = "rooms-meet-external-api"
	server, migration := r.deployment.Spec.Template.Labels, r.job.Spec.Template.Labels
	for what, selector := range map[string]map[string]string{
		"Deployment":            r.deployment.Spec.Selector.MatchLabels,
		"Service":               r.services[name].Spec.Selector,
		"Service of operations": r.services[name+"-operations"].Spec.Selector,
		"PodDisruptionBudget":   r.budget.Spec.Selector.MatchLabels,
		"NetworkPolicy":         r.policies[name].Spec.PodSelector.MatchLabels,
		"by node":               r.deployment.Spec.Template.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels,
		"by zone":               r.deployment.Spec.Template.Spec.TopologySpreadConstraints[1].LabelSelector.MatchLabels,
	} {
		assert.Truef(t, contains(server, selector), "%s does not select the server", what)
		assert.Falsef(t, contains(migration, selector), "%s selects the migration", what)
	}
	assert.True(t, contains(migration, r.policies[name+"-migrate"].Spec.PodSelector.MatchLabels))
	assert.Nil(t, r.deployment.Spec.Replicas, "the autoscaler decides")
	assert.Equal(t, name, r.autoscaler.Spec.ScaleTargetRef.Name)
	assert.Len(t, r.deployment.Spec.Template.Spec.Containers, 2)
	assert.Len(t, r.job.Spec.Template.Spec.Containers, 1)
	assert.Equal(t, 1, r.configMaps)
	assert.Equal(t, "claim", r.deployment.Spec.Template.Spec.Volumes[2].PersistentVolumeClaim.ClaimName)
	for _, m := range r.allMetadata {
		assert.Equal(t, "meet", m.GetNamespace(), m.GetName())
		assert.Equal(t, "rooms", m.GetLabels()["app.kubernetes.io/instance"], m.GetName())
		assert.LessOrEqual(t, len(m.GetName()), 63)
	}

	// The operations listener has a Service of its own, which stays inside, and which Prometheus and the console's Ingress find.
	assert.Equal(t, corev1.ServiceTypeLoadBalancer, r.services[name].Spec.Type)
	assert.Len(t, r.services[name].Spec.Ports, 1)
	operations := r.services[name+"-operations"]
	assert.Equal(t, corev1.ServiceTypeClusterIP, operations.Spec.Type)
	assert.True(t, contains(operations.Labels, r.monitor.Spec.Selector.MatchLabels))
	assert.False(t, contains(r.services[name].Labels, r.monitor.Spec.Selector.MatchLabels))
	assert.Equal(t, operations.Spec.Ports[0].Name, r.monitor.Spec.Endpoints[0].Port)
	for _, path := range r.ingresses[name+"-console"].Spec.Rules[0].HTTP.Paths {
		assert.Contains(t, []string{"/console", "/operator-api"}, path.Path)
		assert.Equal(t, operations.Name, path.Backend.Service.Name)
	}
	env := environment(t, container(t, r.deployment.Spec.Template))
	assert.Equal(t, "https://console.example.org", env["EXTERNAL_API_CONSOLE_URL"])
	assert.NotContains(t, env, "EXTERNAL_API_PUBLIC_URL", "there are two hosts")

	// Ports that others name are those of the container.
	var ports []string
	for _, port := range container(t, r.deployment.Spec.Template).Ports {
		ports = append(ports, port.Name)
	}
	for _, service := range r.services {
		assert.Contains(t, ports, service.Spec.Ports[0].TargetPort.String())
	}
	for _, rule := range r.policies[name].Spec.Ingress {
		for _, port := range rule.Ports {
			assert.Contains(t, ports, port.Port.String())
		}
	}
	// Whoever reads the metrics does not reach the API, and the migration is reached by nobody.
	assert.Equal(t, "operations", r.policies[name].Spec.Ingress[1].Ports[0].Port.String())
	assert.Len(t, r.policies[name].Spec.Ingress[1].Ports, 1)
	assert.Empty(t, r.policies[name+"-migrate"].Spec.Ingress)
	assert.Len(t, r.policies[name+"-migrate"].Spec.PolicyTypes, 2)
	assert.Equal(t, r.policies[name].Spec.Egress, r.policies[name+"-migrate"].Spec.Egress)
}

// Names that are long leave room for what is behind them.
func TestLongNames(t *testing.T) {
	t.Parallel()
	r := releaseOf(t, "testdata/everything.yaml", "fullnameOverride: "+strings.Repeat("n", 80))
	for _, m := range r.allMetadata {
		assert.LessOrEqual(t, len(m.GetName()), 63)
	}
}

// The console alone needs the port of operators, and its host reaches it through the NetworkPolicy.
func TestOperationsListener(t *testing.T) {
	t.Parallel()
	assert.Len(t, releaseOf(t, "testdata/least.yaml", "").services, 1)
	r := releaseOf(t, "testdata/least.yaml", "{ingressConsole: {enabled: true}, networkPolicy: {enabled: true}}")
	assert.Len(t, r.services, 2)
	rule := r.policies["rooms-meet-external-api"].Spec.Ingress[0]
	assert.Len(t, rule.Ports, 2)
	r = releaseOf(t, "testdata/least.yaml", "networkPolicy: {enabled: true}")
	assert.Len(t, r.policies["rooms-meet-external-api"].Spec.Ingress[0].Ports, 1)
}

// Beside Meet's Ingress, on one host, requests of the API come here and all others to Meet: of the paths that match, the longest counts
// (Kubernetes, Ingress, "Multiple matches").
func TestIngressBesideMeet(t *testing.T) {
	t.Parallel()
	meet := []string{"/", "/api/", "/external-api/", "/admin", "/media/", "/api/v1.0/rooms/webhooks-livekit/"}
	var ours []string
	ingress := releaseOf(t, "testdata/beside_meet.yaml", "").ingresses["rooms-meet-external-api"]
	assert.Equal(t, "meet.example.org", ingress.Spec.Rules[0].Host)
	assert.Equal(t, "meet-tls", ingress.Spec.TLS[0].SecretName)
	for _, path := range ingress.Spec.Rules[0].HTTP.Paths {
		assert.Equal(t, "Prefix", string(*path.PathType))
		assert.NotContains(t, meet, path.Path, "two Ingresses have the path")
		ours = append(ours, path.Path)
	}
	for path, here := range map[string]bool{
		"/external-api/v1.0/rooms/":                                 true,
		"/external-api/v1.0/application/token/":                     true,
		"/external-api/v1.0/docs":                                   true,
		"/external-api/v1.0":                                        true,
		"/external-api/google/v2/spaces":                            true,
		"/external-api/googles/":                                    false,
		"/.well-known/oauth-authorization-server":                   true,
		"/.well-known/oauth-authorization-server/external-api/v1.0": true,
		"/external-api/v2.0/rooms/":                                 false,
		"/external-api/v1.0x/":                                      false,
		"/api/v1.0/rooms/":                                          false,
		"/api/v1.0/rooms/webhooks-livekit/":                         false,
		"/.well-known/acme-challenge/x":                             false,
		"/.well-known/oauth-authorization-servers":                  false,
		"/":              false,
		"/external-api/": false,
		"/__heartbeat__": false,
	} {
		longest := ""
		for _, prefix := range slices.Concat(meet, ours) {
			if below(path, prefix) && len(prefix) > len(longest) {
				longest = prefix
			}
		}
		assert.Equalf(t, here, slices.Contains(ours, longest), "%s goes to %s", path, longest)
	}
}

// below says whether a path matches a path of the type Prefix, which is compared element by element.
func below(path, prefix string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

// A monitor's interval is a duration that Prometheus takes.
func TestMonitorInterval(t *testing.T) {
	t.Parallel()
	interval, err := time.ParseDuration(string(releaseOf(t, "testdata/everything.yaml", "").monitor.Spec.Endpoints[0].Interval))
	require.NoError(t, err)
	assert.Equal(t, 30*time.Second, interval)
}

func contains(labels, selector map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return len(selector) > 0
}
