package job

// maxGroupsLimit keeps a record within what the function's memory and its readers
// take: some 30 MB with eight cases.
const maxGroupsLimit = 10_000

// checkGroups checks what rows are counted by.
func (j *Job) checkGroups(report report) {
	seen := map[string]bool{}
	for i, column := range j.GroupBy {
		if seen[column] {
			report(element("group_by", i), "%q is listed twice; keep one", column)
		}
		seen[column] = true
	}
	switch {
	case j.GroupBy != nil && len(j.GroupBy) == 0:
		report("group_by", "is empty; write a column, or leave it out")
	case j.MaxGroups < 0 || j.MaxGroups > maxGroupsLimit:
		report("max_groups", "is %d; write a number from 1 to %d, or leave it out for %d", j.MaxGroups, maxGroupsLimit, DefaultMaxGroups)
	case j.MaxGroups > 0 && len(j.GroupBy) == 0:
		report("max_groups", "limits the groups of group_by, which is missing; write group_by too, or leave it out")
	}
}

// checkTotal checks what needs rows of more than one case.
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
