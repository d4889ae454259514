// Package prometheus tests the rules for Prometheus, with its own tool; Debian's package `prometheus` has it.
package prometheus

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

func promtool(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "promtool", args...).CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
}

func TestRules(t *testing.T) {
	t.Parallel()
	promtool(t, "check", "rules", "--lint-fatal", "alerts.yaml")
	promtool(t, "test", "rules", "alerts_test.yaml")
}

// alert is a rule of alerts.yaml.
type alert struct {
	Name        string            `yaml:"alert"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

func alerts(t *testing.T) (all []alert) {
	t.Helper()
	var file struct {
		Groups []struct{ Rules []alert }
	}
	text, err := os.ReadFile("alerts.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &file))
	for _, group := range file.Groups {
		all = append(all, group.Rules...)
	}
	all = slices.DeleteFunc(all, func(a alert) bool { return a.Name == "" })
	require.NotEmpty(t, all)
	return all
}

// Each alert says how bad it is and what to read, and there is a paragraph for each, in the same order, with what whoever is woken up needs.
func TestAlertsAreInTheRunBook(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operate.md")
	require.NoError(t, err)
	_, book, found := strings.Cut(string(page), "\n## Alerts\n")
	require.True(t, found)
	book, _, _ = strings.Cut(book, "\n## ")
	var documented []string
	for _, paragraph := range strings.Split(book, "\n### ")[1:] {
		name, text, _ := strings.Cut(paragraph, "\n")
		documented = append(documented, name)
		for _, answered := range []string{"**Callers**", "**Look**", "**Do**"} {
			require.Contains(t, text, answered, name)
		}
	}
	var names []string
	for _, a := range alerts(t) {
		names = append(names, a.Name)
		require.Contains(t, []string{"critical", "warning", "info"}, a.Labels["severity"], a.Name)
		require.NotEmpty(t, a.Annotations["summary"], a.Name)
		require.NotEmpty(t, a.Annotations["description"], a.Name)
		require.Equal(t, "docs/operate.md#"+strings.ToLower(a.Name), a.Annotations["runbook"])
	}
	require.Equal(t, names, documented)
}

// Each alert is seen firing, and not firing for what is just below.
func TestAlertsAreTested(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("alerts_test.yaml")
	require.NoError(t, err)
	for _, a := range alerts(t) {
		test := regexp.MustCompile(`(?s)- name: ` + a.Name + `\n.*?(\n\n|$)`).FindString(string(text))
		require.Contains(t, test, "exp_samples: []", a.Name)
		require.Contains(t, test, `alertname="`+a.Name+`"`, a.Name)
	}
}
