-- Counts of a job, the latest slot first: one line for each case, of all rows together.
-- Parameters: the job; the first date, such as '2026-01-01'.
SELECT local_date, scheduled_time, case_name, count, status
FROM counts_latest
WHERE job = ? AND "date" >= ? AND cardinality(groups) = 0
ORDER BY scheduled_time DESC, case_name
