-- grant: kiosk, staff
-- The links of the chains.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW audit_seal_view AS
SELECT chain, sequence, audit_id, seal, key_id FROM audit_seal
