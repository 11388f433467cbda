package athenasource

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/strictyaml"
)

// partitionKeys are the columns by which the job's table is partitioned, in lower case. They are
// nil if Glue does not say: that is worth a warning less, and no error.
func (r *run) partitionKeys(ctx context.Context) []string {
	if r.query.Window == nil || r.at.Catalog != contract.DefaultCatalog {
		return nil
	}
	var answer struct {
		Table struct {
			PartitionKeys []struct{ Name string }
		}
	}
	if _, err := r.glue.Call(ctx, "GetTable", map[string]string{"DatabaseName": r.at.Database, "Name": strings.ToLower(r.query.Job.Source.Table.String())}, &answer); err != nil {
		return nil
	}
	var keys []string
	for _, key := range answer.Table.PartitionKeys {
		keys = append(keys, strings.ToLower(key.Name))
	}
	return keys
}

// limits tells whether the job reads the partitions of its window only.
func (r *run) limits(keys []string) bool {
	isKey := func(column string) bool { return slices.Contains(keys, strings.ToLower(column)) }
	return slices.ContainsFunc(r.query.Job.Window.Column, isKey) ||
		slices.ContainsFunc(r.query.Job.Source.Partitions, func(partition strictyaml.Entry[string]) bool {
			return strings.Contains(partition.Value, "{") && isKey(partition.Key)
		})
}

// warnings are what to say about the query that counted a slot.
func (r *run) warnings(ctx context.Context, query execution) []string {
	counted, read := r.query.Job, query.Statistics.DataScannedInBytes
	switch keys := r.partitionKeys(ctx); {
	case keys != nil && !r.limits(keys):
		return []string{fmt.Sprintf("source.partitions: %s is partitioned by %s, and nothing limits the scan to the window's partitions: query %s read %s; write for example partitions: {%s}",
			counted.Source.Table, strings.Join(keys, ", "), query.ID, inBytes(read), example(keys))}
	case keys != nil && read == 0:
		return []string{fmt.Sprintf("source.partitions: query %s found no data in the partitions of the window; if there should be some, see how the table names its partitions", query.ID)}
	}
	return nil
}

// checkPartitions finds partitions that the table does not have, and a scan that nothing limits.
func (r *run) checkPartitions(ctx context.Context) []count.Problem {
	keys := r.partitionKeys(ctx)
	if keys == nil {
		return nil
	}
	var problems []count.Problem
	for _, partition := range r.query.Job.Source.Partitions {
		if !slices.Contains(keys, strings.ToLower(partition.Key)) {
			problems = append(problems, count.Problem{Field: "source.partitions." + partition.Key, Err: count.Permanentf("is no partition of %s, which has %s; write one of these, or a condition of the cases",
				r.query.Job.Source.Table, strings.Join(keys, ", "))})
		}
	}
	if len(problems) == 0 && !r.limits(keys) {
		problems = append(problems, count.Problem{Field: "source.partitions", Warning: true, Err: fmt.Errorf("%s is partitioned by %s, and every run reads all partitions; write for example partitions: {%s}",
			r.query.Job.Source.Table, strings.Join(keys, ", "), example(keys))})
	}
	return problems
}

// usual are values of partitions with well-known names.
var usual = map[string]string{
	"year": "{yyyy}", "month": "{MM}", "day": "{dd}", "hour": "{HH}", "hh": "{HH}",
	"yyyy": "{yyyy}", "mm": "{MM}", "dd": "{dd}",
}

// example are partitions as a job may write them.
func example(keys []string) string {
	var all []string
	for _, key := range keys {
		value := usual[strings.ToLower(key)]
		if value == "" {
			value = "{yyyy}-{MM}-{dd}"
		}
		all = append(all, fmt.Sprintf("%s: %q", key, value))
	}
	return strings.Join(all, ", ")
}

// inBytes is a number of bytes for people.
func inBytes(n int64) string {
	size, unit := float64(n), 0
	units := []string{"bytes", "KB", "MB", "GB", "TB", "PB"}
	for size >= 1000 && unit < len(units)-1 {
		size, unit = size/1000, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", size, units[unit])
}
