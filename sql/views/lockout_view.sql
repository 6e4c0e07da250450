-- grant: kiosk, staff
-- Seconds each customer is still locked, over all factors.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW lockout_view AS
SELECT customer_id,
  GREATEST(0, MAX(CEILING(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), locked_until) / 1000000))) AS locked_seconds
FROM lockout WHERE locked_until IS NOT NULL GROUP BY customer_id
