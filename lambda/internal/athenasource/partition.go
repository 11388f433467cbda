package athenasource

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/strictyaml"
)

// partitionLiteral is a value of a partition in SQL, for a column of a type.
func partitionLiteral(value, columnType string) (string, error) {
	switch {
	case columnType == "varchar" || columnType == "char":
		return quoteText(value), nil
	case columnType == "date":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return "", count.Permanentf("its type is date, and %q is none; write \"{yyyy}-{MM}-{dd}\"", value)
		}
		return "DATE " + quoteText(value), nil
	case slices.Contains([]string{"tinyint", "smallint", "integer", "bigint"}, columnType):
		number, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return "", count.Permanentf("its type is %s, and %q is no number; write placeholders and digits alone, such as \"{yyyy}{MM}{dd}\"", columnType, value)
		}
		return strconv.FormatInt(number, 10), nil
	}
	return "", count.Permanentf("its type is %s; partitions need varchar, date or an integer", columnType)
}

// anyOf is the condition that columns have one of several lists of values. For the columns dt and
// hour, and lists of two days with all their hours and an hour of a third, it is
//
//	(dt IN ('1', '2') AND hour IN ('00', …, '23') OR dt IN ('3') AND hour IN ('00'))
func anyOf(columns []string, lists [][]string) string {
	var firsts []string
	rests := map[string][][]string{}
	for _, list := range lists {
		if rests[list[0]] == nil {
			firsts = append(firsts, list[0])
		}
		rests[list[0]] = append(rests[list[0]], list[1:])
	}
	var conditions []string
	sharing := map[string][]string{}
	for _, first := range firsts {
		condition := ""
		if len(columns) > 1 {
			condition = anyOf(columns[1:], rests[first])
		}
		if sharing[condition] == nil {
			conditions = append(conditions, condition)
		}
		sharing[condition] = append(sharing[condition], first)
	}
	for i, condition := range conditions {
		in := columns[0] + " IN (" + strings.Join(sharing[condition], ", ") + ")"
		if condition != "" {
			in += " AND " + condition
		}
		conditions[i] = in
	}
	if len(conditions) == 1 {
		return conditions[0]
	}
	return "(" + strings.Join(conditions, "\n    OR ") + ")"
}

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
func (c *checking) checkPartitions(ctx context.Context) {
	keys, table := c.partitionKeys(ctx), c.query.Job.Source.Table
	if keys == nil {
		return
	}
	for _, partition := range c.query.Job.Source.Partitions {
		if !slices.Contains(keys, strings.ToLower(partition.Key)) {
			c.report("source.partitions."+partition.Key, count.Permanentf("is no partition of %s, which has %s; write one of these, or a condition of the cases",
				table, strings.Join(keys, ", ")))
		}
	}
	if !c.isWrong() && !c.limits(keys) {
		c.problems = append(c.problems, count.Problem{Field: "source.partitions", Warning: true, Err: fmt.Errorf("%s is partitioned by %s, and every run reads all partitions; write for example partitions: {%s}",
			table, strings.Join(keys, ", "), example(keys))})
	}
}

// usual are values of partitions with well-known names.
var usual = map[string]string{
	"year": "{yyyy}", "month": "{MM}", "day": "{dd}", "hour": "{HH}", "hh": "{HH}",
	"yyyy": "{yyyy}", "mm": "{MM}", "dd": "{dd}",
}

// example are partitions of some names, in lower case, as a job may write them.
func example(keys []string) string {
	var all []string
	for _, key := range keys {
		all = append(all, fmt.Sprintf("%s: %q", key, cmp.Or(usual[key], "{yyyy}-{MM}-{dd}")))
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
