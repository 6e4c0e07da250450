-- grant: kiosk, staff
-- The heads of the chains, with the master key of their last seal; without one where that seal is not there.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW audit_head_view AS
SELECT h.chain, h.sequence, h.seal, COALESCE(s.key_id, '') AS key_id
FROM audit_head h LEFT JOIN audit_seal s ON s.chain = h.chain AND s.sequence = h.sequence
