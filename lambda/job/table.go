package job

var databaseKind = sourceKind{
	kind:    KindDatabase,
	has:     func(s Source) bool { return s.Database != "" || s.Table != nil && !hasAthena(s) },
	key:     func(s Source) string { return s.Database },
	keys:    "database and table",
	example: "{database: app, table: scans}",
	check:   (*Job).checkTable,
	memory:  func(Job) (int, int) { return memoryOfAll, countInTable },
}

// checkTable checks a source in a database and what of the job depends on it.
func (j *Job) checkTable(report report) {
	if j.Source.Database == "" {
		report("source.database", "is missing; write database: app")
	}
	if len(j.Source.Table) == 0 {
		report("source.table", "is missing; write table: scans")
		return
	}
	if j.Window != nil && len(j.Window.Column) == 0 {
		report("window.column", "is missing; write column: created_at")
	}
	j.checkTableWindow(report)
}
