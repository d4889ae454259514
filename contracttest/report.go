package contracttest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
)

// String is the line of a result.
func (r Result) String() string {
	line := fmt.Sprintf("%s %s", r.Outcome, r.Check)
	if r.Why != "" {
		line += ": " + r.Why
	}
	return line
}

// Count is how many checks have an outcome.
func (r *Report) Count(outcome Outcome) (count int) {
	for _, result := range r.Results {
		if result.Outcome == outcome {
			count++
		}
	}
	return count
}

// JSON writes the report as one object.
func (r *Report) JSON(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

type (
	junitSuite struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		Time    string     `xml:"time,attr"`
		Failure *junitText `xml:"failure"`
		Skipped *junitText `xml:"skipped"`
	}
	junitText struct {
		Message string `xml:"message,attr"`
	}
)

// JUnit writes the report in the form that CI servers read.
func (r *Report) JUnit(out io.Writer) error {
	suite := junitSuite{Name: "contracttest", Tests: len(r.Results), Failures: r.Count(Failed), Skipped: r.Count(Skipped)}
	for _, result := range r.Results {
		one := junitCase{Class: result.Heading, Name: result.Check, Time: strconv.FormatFloat(result.Duration.Seconds(), 'f', 3, 64)}
		switch result.Outcome {
		case OK:
		case Failed:
			one.Failure = &junitText{result.Why}
		case Skipped:
			one.Skipped = &junitText{result.Why}
		}
		suite.Cases = append(suite.Cases, one)
	}
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(out)
	encoder.Indent("", "  ")
	return encoder.Encode(suite)
}
