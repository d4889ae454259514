package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/stretchr/testify/require"
)

// The file is what it is made of.
func TestDashboardIsGenerated(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	made, err := generate()
	require.NoError(t, err)
	require.True(t, string(made) == string(text), "run `go generate ./grafana` in deploy")
}

// Grafana's own types know each member of the file, and take each value.
func TestDashboardIsWhatGrafanaTakes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Empty(t, strictly(text))
	for from, to := range map[string]string{
		`"unit"`: `"units"`, `"graphTooltip"`: `"tooltip"`, `"legendFormat"`: `"legend"`, `"includeAll"`: `"all"`, `"fillOpacity"`: `"fill"`,
	} {
		changed := strings.Replace(string(text), from, to, 1)
		require.NotEqual(t, string(text), changed, from)
		require.NotEmptyf(t, strictly([]byte(changed)), "%s is not known, and taken", to)
	}
	var read dashboard.Dashboard
	require.NoError(t, json.Unmarshal(text, &read))
	require.NoError(t, read.Validate())
	places := map[[2]uint32]string{}
	for _, one := range read.Panels {
		if one.Panel == nil {
			continue
		}
		p := *one.Panel
		require.NotEmpty(t, *p.Description, *p.Title)
		require.NotEmpty(t, *p.FieldConfig.Defaults.Unit, *p.Title)
		require.NotEmpty(t, p.Targets, *p.Title)
		require.LessOrEqual(t, p.GridPos.X+p.GridPos.W, uint32(24), *p.Title)
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				place := [2]uint32{p.GridPos.X + x, p.GridPos.Y + y}
				require.Emptyf(t, places[place], "%s lies upon it", *p.Title)
				places[place] = *p.Title
			}
		}
	}
	require.NotEmpty(t, places)
}

// strictly reads a dashboard, and says what is not known in it. What the SDK returns where nothing is wrong is a list of no errors, and
// not nil; and it looks at the fields of panels only where it is asked to.
func strictly(text []byte) (found cog.BuildErrors) {
	plugins.RegisterDefaultPlugins()
	note := func(err error) {
		if err != nil {
			found = append(found, cog.MakeBuildErrors("", err)...)
		}
	}
	note(new(dashboard.Dashboard).UnmarshalJSONStrict(text))
	var read struct {
		Panels []struct{ FieldConfig json.RawMessage }
	}
	note(json.Unmarshal(text, &read))
	for _, panel := range read.Panels {
		note(new(dashboard.FieldConfigSource).UnmarshalJSONStrict(panel.FieldConfig))
	}
	return found
}
