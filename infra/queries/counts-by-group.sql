-- Counts of a job that has group_by, the latest slot first: one line for each group and case.
-- For one column of a group write element_at(groups, 'clinic_id').
-- Parameters: the job; the first date, such as '2026-01-01'.
SELECT local_date, scheduled_time, json_format(CAST(groups AS json)) AS group_values, case_name, count, status
FROM counts_latest
WHERE job = ? AND "date" >= ? AND cardinality(groups) > 0
ORDER BY scheduled_time DESC, group_values, case_name
