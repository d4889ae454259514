// Command grafana writes the dashboard that operators import, meet-external-api.json: what stands in panels.go, in the form of
// Grafana's own SDK.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

//go:generate go run .

const file = "meet-external-api.json"

func main() {
	text, err := generate()
	if err == nil {
		err = os.WriteFile(file, text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// generate makes the text of the dashboard. Errors: what Grafana would not take.
func generate() ([]byte, error) {
	d := dashboard.NewDashboardBuilder("meet-external-api").Uid("meet-external-api").Tags([]string{"meet"}).
		Description("Is the external API of Meet well? Made from deploy/grafana/panels.go.").
		Editable().Refresh("30s").Time("now-3h", "now").Tooltip(dashboard.DashboardCursorSyncCrosshair).
		WithVariable(dashboard.NewDatasourceVariableBuilder("datasource").Label("Data source").Type("prometheus"))
	before := ""
	for _, label := range []string{"namespace", "job", "instance"} {
		d = d.WithVariable(variable(label, before))
		before += fmt.Sprintf(`,%s=~"$%s"`, label, label)
	}
	id := uint32(0)
	next := func() uint32 { id++; return id }
	for _, row := range rows {
		d = d.WithRow(dashboard.NewRowBuilder(row.title).Id(next()))
		for _, p := range row.panels {
			d = d.WithPanel(p.build(next()))
		}
	}
	built, err := d.Build()
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(built, "", " ")
	return append(text, '\n'), err
}

var (
	source     = common.DataSourceRef{Type: cog.ToPtr("prometheus"), Uid: cog.ToPtr("$datasource")}
	everything = dashboard.VariableOption{
		Selected: cog.ToPtr(true),
		Text:     dashboard.StringOrArrayOfString{String: cog.ToPtr("All")}, Value: dashboard.StringOrArrayOfString{String: cog.ToPtr("$__all")},
	}
)

// variable chooses among the values of a label that those chosen before it leave. A label that is nowhere, as namespace is outside of
// Kubernetes, leaves all.
func variable(label, before string) *dashboard.QueryVariableBuilder {
	query := fmt.Sprintf("label_values(meet_external_api_build_info{%s}, %s)", strings.TrimPrefix(before, ","), label)
	return dashboard.NewQueryVariableBuilder(label).Label(strings.ToUpper(label[:1]) + label[1:]).Datasource(source).
		Query(dashboard.StringOrMap{String: &query}).Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Multi(true).IncludeAll(true).AllValue(".*").Current(everything)
}

// build makes a panel in Grafana's form.
func (p panel) build(id uint32) cog.Builder[dashboard.Panel] {
	if p.good != nil {
		b := stat.NewPanelBuilder().Id(id).Title(p.title).Description(p.description).Datasource(source).Unit(p.unit).Height(4).Span(p.width).
			ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})).
			Thresholds(dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(p.good)).
			GraphMode(common.BigValueGraphModeArea)
		for i, q := range p.queries {
			b = b.WithTarget(q.build(i))
		}
		return b
	}
	b := timeseries.NewPanelBuilder().Id(id).Title(p.title).Description(p.description).Datasource(source).Unit(p.unit).Min(0).Height(8).Span(p.width).
		FillOpacity(10).ShowPoints(common.VisibilityModeNever).
		Legend(common.NewVizLegendOptionsBuilder().ShowLegend(true).DisplayMode(common.LegendDisplayModeTable).
			Placement(common.LegendPlacementBottom).Calcs([]string{"lastNotNull", "max"}))
	if p.target > 0 {
		b = b.Thresholds(dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(below(p.target))).
			ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeDashed))
	}
	for i, q := range p.queries {
		b = b.WithTarget(q.build(i))
	}
	return b
}

func (q query) build(index int) cog.Builder[variants.Dataquery] {
	return prometheus.NewDataqueryBuilder().RefId(string(rune('A' + index))).Datasource(source).Expr(q.expr).LegendFormat(q.legend).Range()
}

// below colours what is less than a bound green, and the rest red; above the other way round.
func below(bound float64) []dashboard.Threshold {
	return []dashboard.Threshold{{Color: "green"}, {Value: &bound, Color: "red"}}
}

func above(bound float64) []dashboard.Threshold {
	return []dashboard.Threshold{{Color: "red"}, {Value: &bound, Color: "green"}}
}
