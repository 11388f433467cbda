-- How the counts of a job changed from day to day, by the last slot of each day, and against the last day that has one.
-- Parameters: the job; the first date, such as '2026-01-01'.
WITH slots AS (
  SELECT local_date, case_name, count,
    row_number() OVER (PARTITION BY local_date, case_name ORDER BY scheduled_time DESC) AS place
  FROM counts_latest
  WHERE job = ? AND "date" >= ? AND cardinality(groups) = 0
), days AS (
  SELECT local_date, case_name, count,
    lag(local_date) OVER (PARTITION BY case_name ORDER BY local_date) AS previous_date,
    lag(count) OVER (PARTITION BY case_name ORDER BY local_date) AS previous_count
  FROM slots
  WHERE place = 1
)
SELECT local_date, case_name, count, previous_date, previous_count,
  count - previous_count AS change,
  round(100.0 * (count - previous_count) / nullif(previous_count, 0), 1) AS change_percent
FROM days
ORDER BY local_date DESC, case_name
