package athenasource

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tally/lambda/contract"
)

// unlimited are the columns by which the job's table is partitioned, if none of them limits the
// scan to a part of the table. It is nil if one does, or if Glue does not say: that is worth a
// warning, and no error.
func (r *run) unlimited(ctx context.Context) []string {
	counted := r.query.Job
	if counted.Window == nil || len(counted.Source.Partitions) > 0 || r.at.Catalog != contract.DefaultCatalog {
		return nil
	}
	var answer struct {
		Table struct {
			PartitionKeys []struct{ Name string }
		}
	}
	if _, err := r.glue.Call(ctx, "GetTable", map[string]string{"DatabaseName": r.at.Database, "Name": strings.ToLower(counted.Source.Table.String())}, &answer); err != nil {
		return nil
	}
	var keys []string
	for _, key := range answer.Table.PartitionKeys {
		keys = append(keys, key.Name)
	}
	if slices.ContainsFunc(counted.Window.Column, func(column string) bool { return slices.Contains(keys, strings.ToLower(column)) }) {
		return nil
	}
	return keys
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
