-- Slots that have more than one revision, each with the counts of all of them, of all rows together.
-- Parameter: the first date, such as '2026-01-01'.
SELECT scheduled_time, job, case_name, revision, count, status, counted_at
FROM (
  SELECT *, max(revision) OVER (PARTITION BY "date", job, scheduled_time) AS latest_revision
  FROM counts
  WHERE "date" >= ?
) AS revisions
WHERE latest_revision > 1 AND cardinality(groups) = 0
ORDER BY scheduled_time DESC, job, case_name, revision
