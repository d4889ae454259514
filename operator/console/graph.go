package console

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"meet-external-api/db"
)

// period is how far back a graph goes, and how long each of its bars is.
type period struct {
	Name string
	Text string
	bar  time.Duration
	bars int
	form string
}

var periods = []period{
	{"24h", "Last 24 hours", time.Hour, 24, "15:04"},
	{"7d", "Last 7 days", 6 * time.Hour, 28, "01-02"},
}

// periodOf is the period of that name, or the first one.
func periodOf(name string) period {
	for _, p := range periods {
		if p.Name == name {
			return p
		}
	}
	return periods[0]
}

// start is when the first bar begins, for a graph that ends now.
func (p period) start(now time.Time) time.Time {
	return now.UTC().Truncate(p.bar).Add(-time.Duration(p.bars-1) * p.bar)
}

// graph is the token requests of an application: bars, one on the other, of those that were issued and of those that were refused.
type graph struct {
	Period        string
	Periods       []period
	Bars          []bar
	Lines         []gridLine
	Issued        int
	Refused       int
	Reasons       []reasonCount
	Width, Height int
}

// bar is one bar, with its place in the picture.
type bar struct {
	From, To        time.Time
	Issued, Refused int
	// Label stands below some of the bars.
	Label                                                    string
	X, Width, IssuedY, IssuedHeight, RefusedY, RefusedHeight int
}

// Middle is where the label of the bar stands.
func (b bar) Middle() int { return b.X + b.Width/2 }

// gridLine is a line across the picture, for a number of requests.
type gridLine struct{ Y, Value int }

// TextY is where its number stands.
func (l gridLine) TextY() int { return l.Y + 4 }

// reasonCount is how many requests were refused for one reason.
type reasonCount struct {
	Reason string
	Count  int
}

// The picture, in units of its view box: room for numbers on the left, and for times below.
const (
	graphWidth, graphHeight = 480, 170
	graphLeft, graphTop     = 36, 10
	graphBase               = graphHeight - 22
)

// newGraph draws the counts of the hours of a period that ends now.
func newGraph(p period, counts []db.TokenCount, now time.Time) graph {
	g := graph{Period: p.Name, Periods: periods, Bars: make([]bar, p.bars)}
	start, reasons, highest := p.start(now), map[string]int{}, 0
	for _, count := range counts {
		i := int(count.Hour.Sub(start) / p.bar)
		if count.Hour.Before(start) || i >= p.bars {
			continue
		}
		number := int(count.Count)
		if count.Reason == "" {
			g.Issued += number
			g.Bars[i].Issued += number
		} else {
			g.Refused += number
			g.Bars[i].Refused += number
			reasons[count.Reason] += number
		}
		highest = max(highest, g.Bars[i].Issued+g.Bars[i].Refused)
	}
	top := roundUp(highest)
	for _, value := range slices.Compact([]int{0, top / 2, top}) {
		g.Lines = append(g.Lines, gridLine{Y: graphBase - scaled(value, top), Value: value})
	}
	step := (graphWidth - graphLeft) / p.bars
	for i := range g.Bars {
		b := &g.Bars[i]
		b.From, b.To = start.Add(time.Duration(i)*p.bar), start.Add(time.Duration(i+1)*p.bar)
		if i%4 == 0 {
			b.Label = b.From.Format(p.form)
		}
		b.X, b.Width = graphLeft+i*step+1, step-3
		b.IssuedHeight, b.RefusedHeight = scaled(b.Issued, top), scaled(b.Refused, top)
		b.IssuedY = graphBase - b.IssuedHeight
		b.RefusedY = b.IssuedY - b.RefusedHeight
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		g.Reasons = append(g.Reasons, reasonCount{reason, reasons[reason]})
	}
	slices.SortStableFunc(g.Reasons, func(a, b reasonCount) int { return cmp.Compare(b.Count, a.Count) })
	return g
}

// scaled is how high a number is drawn; what there is can be seen.
func scaled(value, top int) int {
	height := value * (graphBase - graphTop) / top
	if value > 0 {
		height = max(height, 2)
	}
	return height
}

// roundUp is the next of 2, 4, 6, 8, 10, 20, 40 …, so that its half is a whole number too.
func roundUp(value int) int {
	for unit := 1; ; unit *= 10 {
		for _, even := range []int{2, 4, 6, 8, 10} {
			if top := even * unit; top >= value {
				return top
			}
		}
	}
}
