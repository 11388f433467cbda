-- How often each check passed, failed and was not evaluated, and the last day on which it failed; what fails most comes first.
-- Parameter: the first date, such as '2026-01-01': 90 days ago, say.
SELECT job, case_name, "check", reconcile,
  sum(CASE WHEN result = 'pass' THEN 1 ELSE 0 END) AS passed,
  sum(CASE WHEN result = 'fail' THEN 1 ELSE 0 END) AS failed,
  sum(CASE WHEN result = 'not-evaluated' THEN 1 ELSE 0 END) AS not_evaluated,
  max(CASE WHEN result = 'fail' THEN counted_day END) AS last_failed
FROM checks
WHERE "date" >= ?
GROUP BY job, case_name, "check", reconcile
ORDER BY failed DESC, job, case_name, "check", reconcile
