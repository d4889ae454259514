package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/yaml"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
)

const chartPath = "helm/meet-external-api"

// rendered is a release of the chart, decoded.
type rendered struct {
	notes       string
	manifests   string // all of them, as text
	deployment  *appsv1.Deployment
	job         *batchv1.Job
	autoscaler  *autoscalingv2.HorizontalPodAutoscaler
	budget      *policyv1.PodDisruptionBudget
	monitor     *monitoringv1.ServiceMonitor
	services    map[string]*corev1.Service
	ingresses   map[string]*networkingv1.Ingress
	policies    map[string]*networkingv1.NetworkPolicy
	configMaps  int
	allMetadata []metadata
}

type metadata interface {
	GetName() string
	GetNamespace() string
	GetLabels() map[string]string
}

// lastRelease is the version that CHANGELOG.md names last.
func lastRelease(t *testing.T) string {
	t.Helper()
	changelog, err := os.ReadFile("../CHANGELOG.md")
	require.NoError(t, err)
	released := regexp.MustCompile(`(?m)^## \[(\d+\.\d+\.\d+)\]`).FindSubmatch(changelog)
	require.NotNil(t, released)
	return string(released[1])
}

// valueFiles are those of testdata.
func valueFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// releaseOf renders the chart with a file of values and then those in text, as `helm install` of a release called rooms would.
func releaseOf(t *testing.T, file, text string) rendered {
	t.Helper()
	r, err := release(t, file, text)
	require.NoError(t, err)
	return r
}

func release(t *testing.T, file, text string) (rendered, error) {
	t.Helper()
	c, err := loader.Load(chartPath)
	require.NoError(t, err)
	values, err := chartutil.ReadValuesFile(file)
	require.NoError(t, err)
	more, err := chartutil.ReadValues([]byte(text))
	require.NoError(t, err)
	files, err := render(c, chartutil.CoalesceTables(more, values))
	if err != nil {
		return rendered{}, err
	}
	r := rendered{services: map[string]*corev1.Service{}, ingresses: map[string]*networkingv1.Ingress{}, policies: map[string]*networkingv1.NetworkPolicy{}}
	for name, content := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			r.notes = content
			continue
		}
		for _, document := range regexp.MustCompile(`(?m)^---$`).Split(content, -1) {
			if strings.TrimSpace(document) != "" {
				r.manifests += document + "\n---\n"
				r.add(t, document)
			}
		}
	}
	return r, nil
}

// render checks values by the schema and renders the chart's templates.
func render(c *chart.Chart, values chartutil.Values) (map[string]string, error) {
	scope, err := chartutil.ToRenderValues(c, values, chartutil.ReleaseOptions{Name: "rooms", Namespace: "meet", Revision: 1, IsInstall: true}, nil)
	if err != nil {
		return nil, err
	}
	return engine.Render(c, scope)
}

// decoder takes what the types of Kubernetes and of the Prometheus operator have, and nothing else: neither unknown nor repeated keys.
var decoder = func() runtime.Decoder {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		appsv1.AddToScheme, autoscalingv2.AddToScheme, batchv1.AddToScheme, corev1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme,
		monitoringv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
}()

func (r *rendered) add(t *testing.T, document string) {
	t.Helper()
	object, _, err := decoder.Decode([]byte(document), nil, nil)
	require.NoErrorf(t, err, "decoding:\n%s", document)
	switch object := object.(type) {
	case *appsv1.Deployment:
		r.deployment = object
	case *batchv1.Job:
		r.job = object
	case *autoscalingv2.HorizontalPodAutoscaler:
		r.autoscaler = object
	case *policyv1.PodDisruptionBudget:
		r.budget = object
	case *monitoringv1.ServiceMonitor:
		r.monitor = object
	case *corev1.Service:
		r.services[object.Name] = object
	case *networkingv1.Ingress:
		r.ingresses[object.Name] = object
	case *networkingv1.NetworkPolicy:
		r.policies[object.Name] = object
	case *corev1.ConfigMap:
		r.configMaps++
		return
	default:
		t.Fatalf("no test knows %T", object)
	}
	r.allMetadata = append(r.allMetadata, object.(metadata))
}

// container is that of the program, in a pod.
func container(t *testing.T, pod corev1.PodTemplateSpec) corev1.Container {
	t.Helper()
	require.NotEmpty(t, pod.Spec.Containers)
	require.Equal(t, "meet-external-api", pod.Spec.Containers[0].Name)
	return pod.Spec.Containers[0]
}

// environment is that of a container, by name: the value, or where it comes from.
func environment(t *testing.T, c corev1.Container) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, variable := range c.Env {
		require.NotContainsf(t, found, variable.Name, "twice in the environment")
		found[variable.Name] = variable.Value
		if from := variable.ValueFrom; from != nil {
			text, err := yaml.Marshal(from)
			require.NoError(t, err)
			found[variable.Name] = string(text)
		}
	}
	return found
}

// documentedSettings are the rows of docs/settings.md: whether each may be given as NAME_FILE, by name.
func documentedSettings(t *testing.T) map[string]bool {
	t.Helper()
	page, err := os.ReadFile("../docs/settings.md")
	require.NoError(t, err)
	found := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z][A-Z_]+)`(\\*?) \\|").FindAllStringSubmatch(string(page), -1) {
		found[row[1]] = row[2] != ""
	}
	require.Greater(t, len(found), 50)
	return found
}
