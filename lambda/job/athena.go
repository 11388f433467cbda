package job

var athenaKind = sourceKind{
	kind:     KindAthena,
	words:    "Athena",
	outlives: true,
	has:      hasAthena,
	key:      func(s Source) string { return s.Athena },
	keys:     "athena and table",
	example:  "{athena: lake, table: events}",
	check:    (*Job).checkAthena,
	memory:   func(Job) (int, int) { return memoryOfAll, countInTable },
}

func hasAthena(s Source) bool {
	return s.Athena != "" || s.Partitions != nil || s.PartitionTimezone != ""
}

// checkAthena checks a source in Athena and what of the job depends on it.
func (j *Job) checkAthena(report report) {
	source := &j.Source
	if source.Athena == "" {
		report("source.athena", "is missing; write athena: lake")
	}
	switch len(source.Table) {
	case 0:
		report("source.table", "is missing; write table: events")
	case 2:
		report("source.table", "names a database, which stands in the environment file; write table: %s", source.Table[1])
	}
	if !j.WithTotal() {
		report("total", "is false, so that each case would have a scan of its own, and Athena bills every scan; leave it out")
	}
	if size := j.statementSize(); size > statementLimit {
		report("cases", "make a statement of %d bytes, and Athena takes %d; write two jobs", size, statementLimit)
	}
	j.checkPartitions(report)
	if j.Window != nil && len(j.Window.Column) == 0 {
		if !source.hasPartitionTimes() {
			report("window.column", "is missing; write column: event_time, or placeholders such as dt: \"{yyyy}-{MM}-{dd}\" in source.partitions")
		}
		j.Window.refuse(report, "is about the column, which is missing; write window.column too, or leave it out", "column_type", "column_timezone")
	}
	j.checkTableWindow(report)
}

// statementLimit is how many bytes of SQL Athena takes, less some for all but the conditions
// (Athena user guide, "Service Quotas": 262,144 bytes).
const statementLimit = 250_000

// statementSize is how many bytes the conditions take in the statement: each is there by itself,
// in the one of other and, for exclusive cases, in that of overlap.
func (j *Job) statementSize() int {
	times, size := 2, 0
	if j.Exclusive {
		times++
	}
	for _, entry := range j.Cases {
		size += times * (len(entry.Value) + len("CASE WHEN (\n) THEN 1 ELSE 0 END + "))
	}
	return size
}
