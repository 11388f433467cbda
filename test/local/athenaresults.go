package local

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// resultLife is how long Athena keeps a result that it manages.
const resultLife = 24 * time.Hour

// pageLimit is how many rows a page has at most, with the header.
const pageLimit = 1000

type resultsRequest struct {
	QueryExecutionId, NextToken string
	MaxResults                  *int
}

// getResults answers a page of a result, whose first row is the header.
func (a *Athena) getResults(_ context.Context, request resultsRequest) (any, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	e, err := a.find(request.QueryExecutionId)
	if err != nil {
		return nil, err
	}
	if err := e.hasResult(a.now()); err != nil {
		return nil, err
	}
	size, err := pageSize(request.MaxResults)
	if err != nil {
		return nil, err
	}
	rows := slices.Concat([][]*string{header(e.columns)}, e.rows)
	begin := 0
	if request.NextToken != "" {
		place, isOurs := strings.CutPrefix(request.NextToken, e.ID+"/")
		if begin, err = strconv.Atoi(place); err != nil || !isOurs || begin < 1 || begin >= len(rows) {
			return nil, refused("INVALID_INPUT", "NextToken is invalid.")
		}
	}
	end := min(begin+size, len(rows))
	answer := map[string]any{"UpdateCount": 0, "ResultSet": map[string]any{
		"Rows": datums(rows[begin:end]), "ResultSetMetadata": map[string]any{"ColumnInfo": e.columns},
	}}
	if end < len(rows) {
		answer["NextToken"] = fmt.Sprintf("%s/%d", e.ID, end)
	}
	return answer, nil
}

// hasResult tells why there is no result. That an expired one is told of like a cancelled
// query's is a guess.
func (e *execution) hasResult(now time.Time) error {
	state := e.State
	switch {
	case !e.ended():
		return refused("INVALID_QUERY_EXECUTION_STATE", "Query has not yet finished. Current state: "+state)
	case state == "FAILED":
		return refused("INVALID_QUERY_EXECUTION_STATE", "Query did not finish successfully. Final query state: "+state)
	case state == "CANCELLED", e.group.Managed && now.Sub(e.Completed) >= resultLife:
		return refused("RESULT_NOT_FOUND", "Could not find results")
	}
	return nil
}

func pageSize(wanted *int) (int, error) {
	switch {
	case wanted == nil:
		return pageLimit, nil
	case *wanted > pageLimit:
		return 0, refused("INVALID_INPUT", fmt.Sprintf("MaxResults is more than maximum allowed length %d.", pageLimit))
	case *wanted < 1:
		return 0, refused("INVALID_INPUT", "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1")
	}
	return *wanted, nil
}

func header(columns []athenaColumn) []*string {
	var labels []*string
	for i := range columns {
		labels = append(labels, &columns[i].Label)
	}
	return labels
}

// datum is a value; NULL has none.
type datum struct {
	VarCharValue *string `json:",omitempty"`
}

func datums(rows [][]*string) []map[string][]datum {
	all := []map[string][]datum{}
	for _, row := range rows {
		data := []datum{}
		for _, value := range row {
			data = append(data, datum{value})
		}
		all = append(all, map[string][]datum{"Data": data})
	}
	return all
}
