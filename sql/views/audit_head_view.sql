-- grant: kiosk, staff
-- The heads of the chains.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW audit_head_view AS
SELECT chain, sequence, seal FROM audit_head
