-- grant: kiosk, staff
-- Holds of all terminals.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW hold_view AS
SELECT request_id, account_id, terminal, kind, amount, state, fate, created_at, settled_at FROM hold
