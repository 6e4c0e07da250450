-- grant: kiosk
-- Codes sent to addresses of people who are no customers yet; binding: the address's blind index.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW proving_code_view AS
SELECT binding, expires_at FROM one_time_code WHERE purpose = 'sign_up'
