-- grant: kiosk, staff
-- Rows no chain holds yet.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW audit_unsealed_view AS
SELECT a.id, a.chain, DATE_FORMAT(a.at, '%Y-%m-%d %H:%i:%s.%f') AS at, a.event, a.outcome, a.session, a.subject,
  a.details, TIMESTAMPDIFF(SECOND, a.at, UTC_TIMESTAMP(6)) AS age_seconds
FROM audit a LEFT JOIN audit_seal s ON s.audit_id = a.id WHERE s.audit_id IS NULL
