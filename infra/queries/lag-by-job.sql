-- How long after its slots each job was counted, in seconds. A repair counts for nothing: it is always late.
-- Parameter: the first date, such as '2026-01-01'.
WITH slots AS (
  SELECT DISTINCT job, scheduled_time, late,
    date_diff('second', from_iso8601_timestamp(scheduled_time), from_iso8601_timestamp(counted_at)) AS lag_seconds
  FROM counts
  WHERE revision = 1 AND "date" >= ?
)
SELECT job, count(*) AS slots, sum(CASE WHEN late THEN 1 ELSE 0 END) AS late_slots,
  round(avg(lag_seconds)) AS average_lag, max(lag_seconds) AS greatest_lag
FROM slots
GROUP BY job
ORDER BY late_slots DESC, greatest_lag DESC, job
