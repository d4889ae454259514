package console

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
)

// Each hour has a bar, the last one that of now; what there is can be seen, and nothing is higher than the picture.
func TestGraph(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 1, 10, 30, 0, 0, time.UTC)
	hour := func(ago int) time.Time { return now.Truncate(time.Hour).Add(-time.Duration(ago) * time.Hour) }
	counts := []db.TokenCount{
		{Hour: hour(0), Count: 7}, {Hour: hour(0), Reason: "wrong_secret", Count: 1}, {Hour: hour(23), Reason: "domain_not_allowed", Count: 1000},
		{Hour: hour(24), Count: 5},
	}
	g := newGraph(periodOf(""), counts, now)
	require.Equal(t, []int{7, 1001}, []int{g.Issued, g.Refused})
	require.Equal(t, []reasonCount{{"domain_not_allowed", 1000}, {"wrong_secret", 1}}, g.Reasons)
	require.Len(t, g.Bars, 24)
	last := g.Bars[23]
	require.Equal(t, hour(0), last.From)
	require.Equal(t, []int{7, 1, 2, 2}, []int{last.Issued, last.Refused, last.IssuedHeight, last.RefusedHeight})
	require.Equal(t, graphBase-graphTop, g.Bars[0].RefusedHeight)
	require.LessOrEqual(t, last.X+last.Width, graphWidth)
	require.Equal(t, 0, g.Lines[0].Value)

	week := newGraph(periodOf("7d"), counts, now)
	require.Equal(t, []int{12, 1001}, []int{week.Issued, week.Refused})
	require.Len(t, week.Bars, 28)
	require.Equal(t, time.Date(2026, 12, 1, 6, 0, 0, 0, time.UTC), week.Bars[27].From)
	require.Empty(t, newGraph(periodOf("7d"), nil, now).Reasons)
	for _, c := range [][2]int{{0, 2}, {2, 2}, {3, 4}, {9, 10}, {11, 20}, {41, 60}, {101, 200}, {1001, 2000}} {
		require.Equal(t, c[1], roundUp(c[0]))
	}
}

// An export is named by the days that it is about, and holds no formula.
func TestCSV(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	require.Equal(t, "audit-until-2026-12-01.csv", csvName(time.Time{}, time.Time{}, day))
	require.Equal(t, "audit-2026-12-01-to-2026-12-03.csv", csvName(day, day.AddDate(0, 0, 2), day))
	for text, cell := range map[string]string{"=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "\t=": "'\t=", "\r=": "'\r=", "a=1": "a=1", "": ""} {
		require.Equal(t, cell, defuse(text))
	}
}

func TestFormatNumber(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1,234,567", formatNumber("en", 1234567))
	require.Equal(t, "1\u202f234", formatNumber("fr", 1234))
	require.Equal(t, "999", formatNumber("fr", 999))
}
