package job

// checkGroups checks group_by and max_groups.
func (j *Job) checkGroups(report report) {
	seen := map[string]bool{}
	for i, column := range j.GroupBy {
		if seen[column] {
			report(element("group_by", i), "%q is listed twice; keep one", column)
		}
		seen[column] = true
	}
	if j.MaxGroups != 0 && len(j.GroupBy) == 0 {
		report("max_groups", "limits the groups of group_by, which is missing; write group_by too, or leave it out")
	}
}

// checkTotal checks exclusive, which needs several cases and the total.
func (j *Job) checkTotal(report report) {
	if !j.Exclusive {
		return
	}
	if len(j.Cases) == 1 {
		report("exclusive", "compares cases, and there is one; write another case, or leave it out")
	}
	if !j.WithTotal() {
		report("exclusive", "needs one scan of all rows, which total: false does without; leave one of them out")
	}
}
