-- grant: kiosk, staff
-- All audit rows; age by the database's clock. written_at: the same time as at, to be compared.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW audit_view AS
SELECT id, chain, DATE_FORMAT(at, '%Y-%m-%d %H:%i:%s.%f') AS at, event, outcome, session, subject, details,
  TIMESTAMPDIFF(SECOND, at, UTC_TIMESTAMP(6)) AS age_seconds, at AS written_at
FROM audit
