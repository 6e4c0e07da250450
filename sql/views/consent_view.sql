-- grant: kiosk, staff
-- What each customer agreed to, in the order they did, and when they took it back.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW consent_view AS
SELECT n.id, n.customer_id, n.kind, n.version, n.given_at, n.revoked_at
FROM consent n JOIN customer c ON c.id = n.customer_id WHERE c.status <> 'erased'
