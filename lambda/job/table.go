package job

var databaseKind = sourceKind{
	kind:    KindDatabase,
	has:     func(s Source) bool { return s.Database != "" || s.Table != "" },
	key:     func(s Source) string { return s.Database },
	keys:    "database and table",
	example: "{database: app, table: scans}",
	check:   (*Job).checkTable,
	memory:  func(Job) (int, int) { return memoryOfAll, countInTable },
}

// checkTable checks a source in a database and what of the job depends on it.
func (j *Job) checkTable(report report) {
	source := j.Source
	if source.Database == "" {
		report("source.database", "is missing; write database: app")
	}
	if source.Table == "" {
		report("source.table", "is missing; write table: scans")
		return
	}
	if j.Window != nil && j.Window.Column == "" {
		report("window.column", "is missing; write column: created_at")
	}
}
