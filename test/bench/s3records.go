package main

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/klauspost/compress/gzip"
)

// What is counted, here and in DuckDB.
const (
	oneCase = `    source: {bucket: bench, prefix: orders, format: jsonl}
    group_by: [channel]
    cases: {paid: status == "paid"}
`
	eightCases = `    source: {bucket: bench, prefix: orders, format: jsonl}
    group_by: [channel]
    cases:
      paid: status == "paid"
      refunded: status == "refunded"
      large: amount > 100
      large-paid: amount > 100 and status == "paid"
      express: currency == "KRW" and express
      old-customers: order.customer.id < 1000
      noted: note startsWith "order"
      lost: status in ["open", "cancelled"] and amount <= 50
`
	tableCase = `    source: {bucket: bench, prefix: orders, format: csv}
    group_by: [channel]
    cases: {paid: status == "paid"}
`
	oneQuery = `SELECT channel, count(*) FILTER (WHERE status = 'paid'), count(*) FROM
		read_json('%s', format = 'newline_delimited', columns = {status: 'VARCHAR', channel: 'VARCHAR'}) GROUP BY channel`
	eightQuery = `SELECT channel, count(*) FILTER (WHERE status = 'paid'), count(*) FILTER (WHERE status = 'refunded'),
		count(*) FILTER (WHERE amount > 100), count(*) FILTER (WHERE amount > 100 AND status = 'paid'),
		count(*) FILTER (WHERE currency = 'KRW' AND express), count(*) FILTER (WHERE "order".customer.id < 1000),
		count(*) FILTER (WHERE starts_with(note, 'order')), count(*) FILTER (WHERE status IN ('open', 'cancelled') AND amount <= 50), count(*)
		FROM read_json('%s', format = 'newline_delimited', columns = {status: 'VARCHAR', channel: 'VARCHAR', amount: 'DOUBLE', currency: 'VARCHAR',
			express: 'BOOLEAN', note: 'VARCHAR', "order": 'STRUCT(customer STRUCT(id BIGINT))'}) GROUP BY channel`
)

// records measures counting records, in files, so that neither side reads from the
// network.
func records(ctx context.Context, root string) ([]figure, error) {
	if !slices.Contains(sql.Drivers(), "duckdb") {
		return nil, errors.New("DuckDB is left out; run make bench, or go run -tags duckdb .")
	}
	m, done, err := newMeasurer(ctx, root)
	if err != nil {
		return nil, err
	}
	defer done()
	file := func(folder, name string) string { return filepath.Join(m.folder, folder, name) }
	const size = 1_000_000_000
	for _, made := range []struct {
		path  string
		size  int64
		write func(io.Writer, int64) error
	}{
		{file("json", "orders.jsonl"), size, orders},
		{file("tenth", "orders.jsonl"), size / 10, orders},
		{file("csv", "orders.csv"), size / 4, table},
		{file("gzip", "orders.jsonl.gz"), size / 4, zipped(orders)},
		{file("zstd", "orders-1.jsonl.zst"), size / 8, zstandard(orders)},
	} {
		if err := makeFile(made.path, made.size, made.write); err != nil {
			return nil, err
		}
	}
	if err := os.Mkdir(file("two", ""), 0o755); err != nil {
		return nil, err
	}
	for name, of := range map[string]string{
		file("two", "orders-1.jsonl"): file("json", "orders.jsonl"), file("two", "orders-2.jsonl"): file("json", "orders.jsonl"),
		file("zstd", "orders-2.jsonl.zst"): file("zstd", "orders-1.jsonl.zst"), file("zstd", "orders-3.jsonl.zst"): file("zstd", "orders-1.jsonl.zst"),
		file("zstd", "orders-4.jsonl.zst"): file("zstd", "orders-1.jsonl.zst"), file("zstd", "orders-5.jsonl.zst"): file("zstd", "orders-1.jsonl.zst"),
	} {
		if err := os.Link(of, name); err != nil {
			return nil, err
		}
	}
	var figures []figure
	for _, kind := range []struct {
		name, job, query string
		limit            float64
	}{{"one case and a group", oneCase, oneQuery, 0.9}, {"8 cases and a group", eightCases, eightQuery, 1.5}} {
		ours, err := m.times(ctx, kind.job, "-folder", file("json", ""))
		if err != nil {
			return nil, err
		}
		theirs, total, err := duckDB(ctx, fmt.Sprintf(kind.query, file("json", "orders.jsonl")))
		if err != nil {
			return nil, err
		}
		if total != ours[0].Total {
			return nil, fmt.Errorf("%d records here, %d in DuckDB: not comparable", ours[0].Total, total)
		}
		value, spread := ratio(each(ours, cpu), theirs, least)
		figures = append(figures, figure{
			name: "JSON Lines, " + kind.name + ", CPU to DuckDB's", value: value, spread: spread, limit: kind.limit, unit: "x",
			detail: fmt.Sprintf("1 GB, %d records: %.2f s, DuckDB on one thread %.2f s", total, least(each(ours, cpu)), least(theirs)),
		})
	}
	more, err := recordsElse(ctx, m, file)
	if err != nil {
		return nil, err
	}
	logs, err := awsLogs(ctx, m)
	return append(append(figures, more...), logs...), err
}

// duckDB is the CPU time of a query on one thread, in each run, and the sum of its last
// column.
func duckDB(ctx context.Context, query string) (seconds []float64, total int64, err error) {
	database, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, 0, err
	}
	defer database.Close()
	database.SetMaxOpenConns(1)
	if _, err := database.ExecContext(ctx, "SET threads = 1"); err != nil {
		return nil, 0, err
	}
	seconds, err = cpuOf(func() (err error) {
		total, err = sumOfLast(ctx, database, query)
		return err
	})
	return seconds, total, err
}

func sumOfLast(ctx context.Context, database *sql.DB, query string) (int64, error) {
	rows, err := database.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	var total, last int64
	into := make([]any, len(names))
	for i := range into {
		into[i] = new(any)
	}
	into[len(into)-1] = &last
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return 0, err
		}
		total += last
	}
	return total, rows.Err()
}

// recordsElse measures what has other rivals than DuckDB.
func recordsElse(ctx context.Context, m measurer, file func(folder, name string) string) ([]figure, error) {
	one, err := m.times(ctx, oneCase, "-folder", file("json", ""))
	if err != nil {
		return nil, err
	}
	two, err := m.times(ctx, oneCase, "-folder", file("two", ""))
	if err != nil {
		return nil, err
	}
	zipped, err := m.times(ctx, oneCase, "-folder", file("gzip", ""))
	if err != nil {
		return nil, err
	}
	inflating, err := cpuOf(func() error { return inflate(file("gzip", "orders.jsonl.gz")) })
	if err != nil {
		return nil, err
	}
	table, err := m.times(ctx, tableCase, "-folder", file("csv", ""))
	if err != nil {
		return nil, err
	}
	var total int64
	reading, err := cpuOf(func() (err error) { total, err = readCSV(file("csv", "orders.csv")); return err })
	if err != nil {
		return nil, err
	}
	if total != table[0].Total {
		return nil, fmt.Errorf("%d records here, %d in encoding/csv: not comparable", table[0].Total, total)
	}
	zstandard, err := m.times(ctx, oneCase, "-folder", file("zstd", ""))
	if err != nil {
		return nil, err
	}
	tenth, err := m.times(ctx, oneCase, "-folder", file("tenth", ""))
	if err != nil {
		return nil, err
	}
	twice := each(one, func(of measured) float64 { return 2 * of.Seconds })
	sideBySide, spreadOfTwo := ratio(each(two, seconds), twice, least)
	ofGzip, spreadOfGzip := ratio(each(zipped, cpu), inflating, least)
	ofCSV, spreadOfCSV := ratio(each(table, cpu), reading, least)
	ofMemory, spreadOfMemory := ratio(each(one, memory), each(tenth, memory), median)
	most := slices.Max(each(slices.Concat(one, two, zipped, table, zstandard), memory))
	return []figure{
		{
			name: "two objects side by side, time to twice one", value: sideBySide, spread: spreadOfTwo, limit: 1 / 1.6, unit: "x",
			detail: fmt.Sprintf("%.1f times as fast; 2 x 1 GB %.2f s, 1 GB %.2f s", 1/sideBySide, least(each(two, seconds)), least(each(one, seconds))),
		},
		{
			name: "gzip, CPU to inflating alone", value: ofGzip, spread: spreadOfGzip, limit: 1.6, unit: "x",
			detail: fmt.Sprintf("250 MB of JSON Lines: %.2f s, klauspost/compress alone %.2f s", least(each(zipped, cpu)), least(inflating)),
		},
		{
			name: "CSV, CPU to encoding/csv alone", value: ofCSV, spread: spreadOfCSV, limit: 1.3, unit: "x",
			detail: fmt.Sprintf("250 MB, %d records: %.2f s, reading alone %.2f s", total, least(each(table, cpu)), least(reading)),
		},
		{name: "records, resident memory", value: most, limit: 48, unit: "MB", detail: "the most of 1 GB, 2 x 1 GB, gzip, CSV and 5 objects of zstd"},
		{
			name: "records, memory of 1 GB to that of 0.1 GB", value: ofMemory, spread: spreadOfMemory, limit: 1.1, unit: "x",
			detail: fmt.Sprintf("%.1f MB, %.1f MB", median(each(one, memory)), median(each(tenth, memory))),
		},
	}, nil
}

func inflate(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, plain)
	return err
}

// readCSV reads the records as one does who wants them fast.
func readCSV(path string) (records int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.ReuseRecord = true
	for {
		switch _, err := reader.Read(); {
		case errors.Is(err, io.EOF):
			return records - 1, nil // without the header
		case err != nil:
			return 0, err
		}
		records++
	}
}
