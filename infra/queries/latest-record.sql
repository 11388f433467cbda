-- The latest record of each job, of all rows together. A job without one since the first date is not shown.
-- Parameter: the first date, such as '2026-01-01'.
SELECT job, scheduled_time, local_date, case_name, count, status, code, message
FROM (
  SELECT *, max(scheduled_time) OVER (PARTITION BY job) AS latest_time
  FROM counts_latest
  WHERE "date" >= ? AND cardinality(groups) = 0
) AS records
WHERE scheduled_time = latest_time
ORDER BY job, case_name
