-- Slots whose first record came more than ten minutes late, the latest first.
-- Parameter: the first date, such as '2026-01-01'.
SELECT DISTINCT scheduled_time, job, counted_at,
  date_diff('second', from_iso8601_timestamp(scheduled_time), from_iso8601_timestamp(counted_at)) AS lag_seconds
FROM counts
WHERE late AND revision = 1 AND "date" >= ?
ORDER BY scheduled_time DESC, job
