-- Checks that failed, by job, the latest slot first. A slot has those of each of its revisions.
-- Parameter: the first date, such as '2026-01-01'.
SELECT job, counted_day, scheduled_time, revision, case_name, "check", count, bound, baseline, reconcile, other_job, other_case, other_count
FROM checks
WHERE result = 'fail' AND "date" >= ?
ORDER BY job, scheduled_time DESC, revision DESC, case_name, "check", reconcile
