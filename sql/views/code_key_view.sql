-- grant: kiosk
-- Which master key a one-time code's MAC was made under.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW code_key_view AS
SELECT id, key_id FROM one_time_code
