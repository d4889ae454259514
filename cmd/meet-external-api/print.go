package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// printJSON writes a value for programs.
func printJSON(e environment, value any) error {
	text, err := marshal(value, "")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.stdout, text)
	return err
}

// marshal returns indented JSON, each line but the first one with the prefix. It can be shown on a terminal: see printable.
func marshal(value any, prefix string) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(prefix, "  ")
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	return escape(strings.TrimSuffix(text.String(), "\n"), func(r rune) string {
		if r == '\n' {
			return "\n" // between members: inside texts it is escaped
		}
		escaped := ""
		for _, unit := range utf16.Encode([]rune{r}) {
			escaped += fmt.Sprintf(`\u%04x`, unit)
		}
		return escaped
	}), nil
}

// printable escapes what a terminal could obey or hide: control characters, those that change the direction of writing or take no space,
// and bytes that are not UTF-8. What is stored may have been typed by anybody.
func printable(text string) string {
	return escape(text, func(r rune) string {
		quoted := fmt.Sprintf("%+q", string(r))
		return quoted[1 : len(quoted)-1]
	})
}

// escape replaces each character that is not printed as itself.
func escape(text string, as func(rune) string) string {
	var escaped strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&escaped, `\x%02x`, text[0])
		case unicode.IsPrint(r):
			escaped.WriteString(text[:size])
		default:
			escaped.WriteString(as(r))
		}
		text = text[size:]
	}
	return escaped.String()
}

// printTable writes rows for people, in columns.
func printTable(e environment, rows [][]string) error {
	table := newTable(e)
	for _, row := range rows {
		if err := printRow(table, row); err != nil {
			return err
		}
	}
	return table.Flush()
}

func newTable(e environment) *tabwriter.Writer { return tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0) }

func printRow(table *tabwriter.Writer, row []string) error {
	cells := make([]string, len(row))
	for i, cell := range row {
		cells[i] = printable(cell)
	}
	_, err := fmt.Fprintln(table, strings.Join(cells, "\t"))
	return err
}

// pageFlags are those of the commands that list.
type pageFlags struct {
	Limit uint `placeholder:"N" help:"Print at most so many."`
	JSON  bool `name:"json" help:"Print JSON."`
}

// rowsAtATime is how many rows of a long list are put into columns together.
const rowsAtATime = 1000

// printList prints what list hands on, row by row, so that a long one takes little memory: as a JSON array, or as a table of what cells
// makes of each row.
func printList[T any](e environment, asJSON bool, header []string, cells func(T) []string, list func(each func(T) error) error) error {
	if asJSON {
		return printArray(e, list)
	}
	table := newTable(e)
	if err := printRow(table, header); err != nil {
		return err
	}
	rows := 0
	err := list(func(row T) error {
		if rows++; rows%rowsAtATime == 0 {
			if err := table.Flush(); err != nil {
				return err
			}
		}
		return printRow(table, cells(row))
	})
	return errors.Join(err, table.Flush())
}

func printArray[T any](e environment, list func(each func(T) error) error) error {
	begin, end := "[", "[]\n"
	err := list(func(row T) error {
		text, err := marshal(row, "  ")
		if err == nil {
			_, err = fmt.Fprintf(e.stdout, "%s\n  %s", begin, text)
		}
		begin, end = ",", "\n]\n"
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(e.stdout, end)
	return err
}
