// The tests of the rules in deploy/prometheus and the dashboard in deploy/grafana, in a real Prometheus that asks a real server.

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

const (
	rulesFile     = "../../deploy/prometheus/alerts.yaml"
	dashboardFile = "../../deploy/grafana/meet-external-api.json"
)

// prometheusServer is a Prometheus that looks at a server twice a second, with the rules of deploy/prometheus.
type prometheusServer struct {
	t   *testing.T
	url string
}

func startPrometheus(t *testing.T, target string) *prometheusServer {
	t.Helper()
	path, err := exec.LookPath("prometheus")
	require.NoError(t, err, "install it: apt-get install prometheus")
	rules, err := filepath.Abs(rulesFile)
	require.NoError(t, err)
	address, directory := fixedAddress(t), t.TempDir()
	require.NoError(t, os.WriteFile(directory+"/prometheus.yaml", fmt.Appendf(nil, `
global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}
rule_files: [%s]
scrape_configs:
  - job_name: meet-external-api
    static_configs: [{targets: ["%s"], labels: {namespace: test}}]
`, rules, strings.TrimPrefix(target, "http://")), 0o600))
	process := exec.Command(path, "--config.file="+directory+"/prometheus.yaml", "--storage.tsdb.path="+directory+"/data",
		"--web.listen-address="+address, "--log.level=error")
	process.Stderr = os.Stderr
	require.NoError(t, process.Start())
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	return &prometheusServer{t, "http://" + address}
}

// ask is a question to Prometheus's API.
func (p *prometheusServer) ask(path string, parameters url.Values, data any) error {
	response, err := http.Get(p.url + "/api/v1/" + path + "?" + parameters.Encode())
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return fmt.Errorf("%d: %s", response.StatusCode, raw)
	}
	return json.Unmarshal(raw, &struct{ Data any }{data})
}

// sample is a value of an expression.
type sample struct {
	Metric map[string]string
	Value  [2]any
}

func (s sample) number() float64 {
	number, _ := strconv.ParseFloat(s.Value[1].(string), 64)
	return number
}

func (p *prometheusServer) query(expr string) ([]sample, error) {
	var data struct{ Result []sample }
	err := p.ask("query", url.Values{"query": {expr}}, &data)
	return data.Result, err
}

// labels are those of the series that match a selector; none where there is no such series.
func (p *prometheusServer) labels(selector string) (names []string) {
	p.t.Helper()
	var series []map[string]string
	require.NoError(p.t, p.ask("series", url.Values{"match[]": {selector}}, &series))
	for _, one := range series {
		for name := range one {
			names = append(names, name)
		}
	}
	return names
}

var (
	selectorPattern = regexp.MustCompile(`\b((?:[a-z_]+:)?meet_external_api_[a-z_]+[a-z_0-9:]*|process_[a-z_]+|go_[a-z_]+|up)\b(\{[^}]*\})?`)
	matcherPattern  = regexp.MustCompile(`(\w+)(=~|!~|!=|=)"([^"]*)"`)
	groupingPattern = regexp.MustCompile(`\b(?:by|on) \(([^)]*)\)`)
	templatePattern = regexp.MustCompile(`\{\{ ?(?:\$labels\.)?([a-z]+) ?`)
)

// unknown says what of an expression no series of the server has: a metric, a label, or a value, of those that are given as a choice each
// one. The labels are those that the expression is grouped by, and others that are used beside it.
func (p *prometheusServer) unknown(expr string, labels ...string) (faults []string) {
	p.t.Helper()
	var known []string
	for _, found := range selectorPattern.FindAllStringSubmatch(expr, -1) {
		selectors := []string{found[0]}
		for _, matcher := range matcherPattern.FindAllStringSubmatch(found[2], -1) {
			if choice := strings.Split(matcher[3], "|"); matcher[2] == "=~" && len(choice) > 1 {
				for _, one := range choice {
					selectors = append(selectors, strings.Replace(found[0], matcher[0], matcher[1]+`=~"`+one+`"`, 1))
				}
			}
		}
		for _, selector := range selectors {
			names := p.labels(selector)
			if known = append(known, names...); len(names) == 0 {
				faults = append(faults, "nothing matches "+selector)
			}
		}
	}
	for _, grouping := range groupingPattern.FindAllStringSubmatch(expr, -1) {
		labels = append(labels, strings.Split(grouping[1], ", ")...)
	}
	for _, label := range labels {
		if !slices.Contains(known, label) {
			faults = append(faults, "no label "+label+" in "+expr)
		}
	}
	return faults
}

// ruleExpression is one of the rules, with the texts of an alert.
type ruleExpression struct {
	Alert, Record, Expr string
	Annotations         map[string]string
}

func readRules(t *testing.T) (all []ruleExpression) {
	t.Helper()
	text, err := os.ReadFile(rulesFile)
	require.NoError(t, err)
	var file struct {
		Groups []struct{ Rules []ruleExpression }
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	for _, group := range file.Groups {
		all = append(all, group.Rules...)
	}
	require.Greater(t, len(all), 20)
	return all
}

// shownExpression is one of the dashboard.
type shownExpression struct{ Panel, Expr, Legend string }

// readDashboard returns the expressions of the dashboard, with everything chosen.
func readDashboard(t *testing.T) (all []shownExpression) {
	t.Helper()
	text, err := os.ReadFile(dashboardFile)
	require.NoError(t, err)
	var file struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr, LegendFormat string }
		}
		Templating struct {
			List []struct{ Query any }
		}
	}
	require.NoError(t, json.Unmarshal(text, &file))
	chosen := strings.NewReplacer("$__rate_interval", "1m", "$namespace", ".*", "$job", ".*", "$instance", ".*")
	for _, panel := range file.Panels {
		for _, target := range panel.Targets {
			all = append(all, shownExpression{panel.Title, chosen.Replace(target.Expr), target.LegendFormat})
		}
	}
	variables := regexp.MustCompile(`^label_values\((.*), (\w+)\)$`)
	for _, variable := range file.Templating.List {
		if query, is := variable.Query.(string); is && query != "prometheus" {
			parts := variables.FindStringSubmatch(query)
			require.NotNil(t, parts, query)
			all = append(all, shownExpression{"the variable " + parts[2], chosen.Replace(parts[1]), "{{" + parts[2] + "}}"})
		}
	}
	require.Greater(t, len(all), 30)
	return all
}

// Each expression of the dashboard and of the rules is one that Prometheus takes, about metrics, labels and values that the server has; each
// panel shows a number after some requests; and a server that is well sets off no alert.
func TestDashboardAndRulesAnswer(t *testing.T) {
	t.Parallel()
	s, _ := observed(t)
	application := s.application()
	s.user("user@example.com")
	p := startPrometheus(t, s.visitor(t).url)
	answers := func(expr string) func() bool {
		return func() bool {
			found, err := p.query(expr)
			return err == nil && slices.ContainsFunc(found, func(s sample) bool { return !math.IsNaN(s.number()) })
		}
	}
	for seen := range 2 { // a rate sees what is seen to grow
		token := s.token(application, "user@example.com")
		require.Equal(t, 401, s.tokenStatus(credentials{ID: application.ID, Secret: "wrong"}))
		s.deleteNewRoom(token)
		require.Equal(t, 200, s.get(roomsPath, bearer(token)).status)
		require.Equal(t, 200, s.get(roomsPath, bearer("good")).status)
		require.Equal(t, 401, s.get(roomsPath, bearer(fmt.Sprint("bad-", seen))).status)
		require.Eventually(t, answers(fmt.Sprintf(`meet_external_api_tokens_total{outcome="issued"} > %d`, seen)), eventually, tick)
	}

	for _, shown := range readDashboard(t) {
		require.Eventuallyf(t, answers(shown.Expr), eventually, tick, "%s shows nothing: %s", shown.Panel, shown.Expr)
		found, err := p.query(shown.Expr)
		require.NoError(t, err)
		for _, label := range templatePattern.FindAllStringSubmatch(shown.Legend, -1) {
			require.Contains(t, found[0].Metric, label[1], shown.Panel)
		}
		require.Empty(t, p.unknown(shown.Expr), shown.Panel)
	}
	for _, rule := range readRules(t) {
		_, err := p.query(rule.Expr)
		require.NoError(t, err, rule.Expr)
		var labels []string
		for _, text := range rule.Annotations {
			for _, label := range regexp.MustCompile(`\$labels\.(\w+)`).FindAllStringSubmatch(text, -1) {
				labels = append(labels, label[1])
			}
		}
		// What the rules record is there once they have been evaluated.
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			assert.Empty(c, p.unknown(rule.Expr, labels...))
		}, eventually, tick, rule.Alert+rule.Record)
	}
	var rules struct {
		Groups []struct {
			Rules []struct{ Name, Type, State, Health, LastError string }
		}
	}
	require.NoError(t, p.ask("rules", nil, &rules))
	for _, group := range rules.Groups {
		for _, rule := range group.Rules {
			require.Equalf(t, "ok", rule.Health, "%s: %s", rule.Name, rule.LastError)
			require.NotEqual(t, "firing", rule.State, rule.Name)
		}
	}
	for _, wrong := range []string{
		`meet_external_api_token_total`, `meet_external_api_tokens_total{reason="wrong_secrets"}`, `meet_external_api_tokens_total{why="wrong_secret"}`,
		`meet_external_api_tokens_total{reason=~"wrong_secret|unknown"}`, `sum by (client_id) (meet_external_api_tokens_total)`,
	} {
		require.NotEmpty(t, p.unknown(wrong), wrong)
	}
}
