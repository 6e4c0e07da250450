-- grant: kiosk, staff
-- What policies and customers allow.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW limit_view AS
SELECT scope, subject, kind, currency, per_transaction, per_day FROM limit_rule
