package job

// checkBucketWindow checks how it is decided whether an object or a record is in the
// window: by the object's last_modified, by the record's column, or by the prefix alone.
func (j *Job) checkBucketWindow(report report) {
	if j.Window == nil {
		return
	}
	column, records := len(j.Window.Column) > 0, j.Source.ReadsRecords()
	if !records {
		for field, set := range map[string]bool{
			"column": column, "column_type": j.Window.ColumnType != "", "column_timezone": j.Window.ColumnTimezone != "", "column_format": j.Window.ColumnFormat != "",
		} {
			if set {
				report("window."+field, "is about records; objects have last_modified, or the prefix: leave it out, or write source.format")
			}
		}
	}
	switch {
	case records && !column && !j.Source.HasPlaceholders():
		report("window.column", "is missing; write the field with the record's time, or placeholders such as {yyyy}/{MM}/{dd}/ in the prefix")
	case !column && j.Source.HasPlaceholders():
		j.checkPrefixIsWindow(report)
	}
}

// checkPrefixIsWindow refuses a prefix that alone decides and does not tell windows apart.
func (j *Job) checkPrefixIsWindow(report report) {
	remedy := "leave the placeholders out, and last_modified decides"
	if j.Source.ReadsRecords() {
		remedy = "write window.column, which decides for each record"
	}
	j.checkPlaceholderWindow(placeholderWindow{
		key: "source.prefix", zoneKey: "source.prefix_timezone", zone: j.Source.PrefixZone, period: j.Source.period(),
		counted: "objects", remedy: remedy,
	}, report)
}
