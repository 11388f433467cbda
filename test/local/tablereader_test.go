package local_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tally/test/local"
)

// tableReader reads objects by the table's own definition, more strictly than Athena:
// it refuses keys without a column, values of another type than the column's, and
// objects where no partition is.
type tableReader struct {
	table         local.Table
	before, after string // the location of a partition, around its value
	first, last   time.Time
}

// tableRow is a line, by column; a value is nil, a string, int64, float64, bool, []string or
// map[string]*string.
type tableRow map[string]any

func newTableReader(table local.Table, bucket string, now time.Time) (*tableReader, error) {
	if table.SerDe != "org.apache.hive.hcatalog.data.JsonSerDe" {
		return nil, fmt.Errorf("this reads what Hive's JsonSerDe reads, not %s", table.SerDe)
	}
	property := "projection." + table.Partition.Name
	for name, want := range map[string]string{
		"projection.enabled": "true", property + ".type": "date", property + ".format": "yyyy-MM-dd",
		property + ".interval": "1", property + ".interval.unit": "DAYS",
	} {
		if got := table.Parameters[name]; got != want {
			return nil, fmt.Errorf("%s is %q, this reads %q", name, got, want)
		}
	}
	reader := &tableReader{table: table}
	location, isThere := strings.CutPrefix(table.Parameters["storage.location.template"], "s3://"+bucket+"/")
	before, after, isProjected := strings.Cut(location, "${"+table.Partition.Name+"}")
	if !isThere || !isProjected {
		return nil, fmt.Errorf("the location %q is not in the bucket, or names no partition", table.Parameters["storage.location.template"])
	}
	reader.before, reader.after = before, after
	first, last, _ := strings.Cut(table.Parameters[property+".range"], ",")
	var err error
	if reader.first, err = time.Parse(time.DateOnly, first); err != nil || last != "NOW+1DAY" {
		return nil, fmt.Errorf("the range %s to %s is not supported here (%v)", first, last, err)
	}
	reader.last = now.UTC().AddDate(0, 0, 1)
	return reader, nil
}

// partition is the value of the partition that an object is in.
func (r *tableReader) partition(key string) (string, error) {
	rest, isThere := strings.CutPrefix(key, r.before)
	value, name, isPartition := strings.Cut(rest, r.after)
	if !isThere || !isPartition || strings.Contains(name, "/") {
		return "", fmt.Errorf("%s is in no partition", key)
	}
	date, err := time.Parse(time.DateOnly, value)
	if err != nil || date.Before(r.first) || date.After(r.last) {
		return "", fmt.Errorf("%s: the date is not between %v and %v", key, r.first, r.last)
	}
	return value, nil
}

// read reads the lines of an object.
func (r *tableReader) read(key string, content []byte) ([]tableRow, error) {
	partition, err := r.partition(key)
	if err != nil {
		return nil, err
	}
	if !bytes.HasSuffix(content, []byte("\n")) {
		return nil, fmt.Errorf("%s: the last line has no end", key)
	}
	var rows []tableRow
	for line := range bytes.Lines(content) {
		row, err := r.row(line)
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", key, len(rows)+1, err)
		}
		row[r.table.Partition.Name] = partition
		rows = append(rows, row)
	}
	return rows, nil
}

func (r *tableReader) row(line []byte) (tableRow, error) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(line, &values); err != nil {
		return nil, err
	}
	row := tableRow{}
	for _, column := range r.table.Columns {
		value, err := parseAs(column.Type, values[column.Name])
		if err != nil {
			return nil, fmt.Errorf("%s is no %s: %w", column.Name, column.Type, err)
		}
		row[column.Name] = value
		delete(values, column.Name)
	}
	for key := range values {
		return nil, fmt.Errorf("%s has no column", key)
	}
	return row, nil
}

// parseAs reads a value of a Hive type. One that is null or missing is nil.
func parseAs(hive string, raw json.RawMessage) (any, error) {
	if raw == nil || string(raw) == "null" {
		return nil, nil
	}
	switch hive {
	case "string":
		return parse[string](raw)
	case "bigint":
		return parse[int64](raw)
	case "double":
		return parse[float64](raw)
	case "boolean":
		return parse[bool](raw)
	case "map<string,string>":
		return parse[map[string]*string](raw)
	case "array<string>":
		return parse[[]string](raw)
	}
	return nil, errors.New("this type is not supported here")
}

func parse[T any](raw json.RawMessage) (any, error) {
	var value T
	err := json.Unmarshal(raw, &value)
	return value, err
}

func TestTableReaderRefuses(t *testing.T) {
	reader, err := newTableReader(local.Table{
		Columns:   []local.Column{{Name: "job", Type: "string"}, {Name: "count", Type: "bigint"}, {Name: "late", Type: "boolean"}, {Name: "groups", Type: "map<string,string>"}},
		Partition: local.Column{Name: "date", Type: "string"},
		SerDe:     "org.apache.hive.hcatalog.data.JsonSerDe",
		Parameters: map[string]string{
			"projection.enabled": "true", "projection.date.type": "date", "projection.date.format": "yyyy-MM-dd",
			"projection.date.interval": "1", "projection.date.interval.unit": "DAYS", "projection.date.range": "2020-01-01,NOW+1DAY",
			"storage.location.template": "s3://results/counts/date=${date}/",
		},
	}, "results", time.Date(2022, 4, 7, 23, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	const key = "counts/date=2022-04-07/a.jsonl"
	const line = `{"job":"a","count":9007199254740993,"late":true,"groups":{"Clinic":null,"b":"7"}}` + "\n"
	rows, err := reader.read(key, []byte(line+`{"count":null}`+"\n"))
	if err != nil || len(rows) != 2 || rows[0]["count"] != int64(9007199254740993) || rows[1]["count"] != nil || rows[1]["date"] != "2022-04-07" {
		t.Errorf("got %v, %v", rows, err)
	}
	for _, test := range []struct{ name, key, content, want string }{
		{"a key without a column", key, `{"job":"a","jobs":"b"}`, "jobs has no column"},
		{"text for a number", key, `{"count":"7"}`, "count is no bigint"},
		{"a fraction", key, `{"count":7.5}`, "count is no bigint"},
		{"a number for text", key, `{"job":7}`, "job is no string"},
		{"a number in a map", key, `{"groups":{"clinic":7}}`, "groups is no map<string,string>"},
		{"no JSON", key, `<Error>`, "line 1"},
		{"another folder", "athena/date=2022-04-07/a.jsonl", line, "in no partition"},
		{"a folder below", "counts/date=2022-04-07/b/a.jsonl", line, "in no partition"},
		{"before the range", "counts/date=2019-12-31/a.jsonl", line, "the date is not between"},
		{"behind the range", "counts/date=2022-04-09/a.jsonl", line, "the date is not between"},
		{"no date", "counts/date=2022-4-7/a.jsonl", line, "the date is not between"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if rows, err := reader.read(test.key, []byte(strings.TrimSuffix(test.content, "\n")+"\n")); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v; want … %s …", rows, err, test.want)
			}
		})
	}
	if _, err := reader.read(key, []byte(strings.TrimSuffix(line, "\n"))); err == nil {
		t.Error("a line without its end was read")
	}
}
