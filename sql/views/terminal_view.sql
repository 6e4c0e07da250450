-- grant: kiosk, staff
-- Terminals with their day by the bank's clock.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW terminal_view AS
SELECT terminal, period, in_exchange, utc_offset, DATE(TIMESTAMPADD(MINUTE, utc_offset, UTC_TIMESTAMP())) AS today
FROM terminal
