package athenasource

import (
	"context"
	"iter"
)

// result is the answer GetQueryResults.
type result struct {
	NextToken string
	ResultSet struct {
		Rows              []row
		ResultSetMetadata struct{ ColumnInfo []columnInfo }
	}
}

type row struct {
	Data []struct{ VarCharValue *string }
}

// isHeading tells whether a row has the names of the columns.
func (r result) isHeading(row row) bool {
	for i, column := range r.ResultSet.ResultSetMetadata.ColumnInfo {
		if i >= len(row.Data) || row.Data[i].VarCharValue == nil || *row.Data[i].VarCharValue != column.Name {
			return false
		}
	}
	return true
}

// columnInfo is a column of a result.
type columnInfo struct{ Name, Type string }

// rows are those of a query's result, page by page. A missing value is NULL. The first row of
// most results has the names of the columns, and is left out.
func (r *run) rows(ctx context.Context, id string) iter.Seq2[[]*string, error] {
	return func(yield func([]*string, error) bool) {
		input := map[string]string{"QueryExecutionId": id}
		for first := true; first || input["NextToken"] != ""; first = false {
			var page result
			if _, err := r.athena.Call(ctx, "GetQueryResults", input, &page); err != nil {
				yield(nil, err)
				return
			}
			for i, row := range page.ResultSet.Rows {
				if first && i == 0 && page.isHeading(row) {
					continue
				}
				values := make([]*string, len(row.Data))
				for i, datum := range row.Data {
					values[i] = datum.VarCharValue
				}
				if !yield(values, nil) {
					return
				}
			}
			input["NextToken"] = page.NextToken
		}
	}
}
