/* report: what guests did, sorted in full */
SELECT actor, kind, at, payload ->> 'ms' AS ms
  FROM audit_log
 WHERE at >= timestamptz '2026-09-01'
 ORDER BY actor, at DESC
 LIMIT 5000 OFFSET 100000;
