package handlers

import (
	"net/url"
	"strconv"

	"meet-external-api/generated"
)

const defaultPageSize = 20

// page is a part of a list.
type page struct {
	number int64 // from 1
	size   int64
}

// pageOf fills in the defaults; the bounds are those of the specification, which have been checked.
func pageOf(params generated.ListRoomsParams) page {
	p := page{number: 1, size: defaultPageSize}
	if params.Page != nil {
		p.number = int64(*params.Page)
	}
	if params.PageSize != nil {
		p.size = int64(*params.PageSize)
	}
	return p
}

func (p page) offset() int64 { return (p.number - 1) * p.size }

// links are the URLs of the pages behind this one and before it, nil where there is none.
func (p page) links(requested url.URL, total int64) (next, previous *string) {
	if p.number*p.size < total {
		next = link(requested, p.number+1)
	}
	if p.number > 1 {
		previous = link(requested, p.number-1)
	}
	return next, previous
}

// link keeps the other parameters of the request. The first page carries no number, as in Meet.
func link(requested url.URL, number int64) *string {
	query := requested.Query()
	if number == 1 {
		query.Del("page")
	} else {
		query.Set("page", strconv.FormatInt(number, 10))
	}
	requested.RawQuery = query.Encode()
	text := requested.String()
	return &text
}
