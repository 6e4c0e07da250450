-- grant: kiosk, staff
-- What terminals seal their audit with, wrapped under the centre's key: nothing to anybody who has not got that.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW terminal_audit_key_view AS
SELECT terminal, key_id, centre_key, wrapped FROM terminal_audit_key
