-- Slots that failed or were missed, with the reason, the latest first.
-- Parameter: the first date, such as '2026-01-01'.
SELECT scheduled_time, job, case_name, status, code, message
FROM counts_latest
WHERE status <> 'ok' AND "date" >= ? AND cardinality(groups) = 0
ORDER BY scheduled_time DESC, job, case_name
