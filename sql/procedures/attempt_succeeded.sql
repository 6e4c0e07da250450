-- grant: kiosk
-- The attempt begin_attempt counted was right after all: the row of failures ends, and a lock it had set is lifted.
CREATE PROCEDURE attempt_succeeded(IN p_customer BIGINT UNSIGNED, IN p_factor VARCHAR(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE lockout SET failures = 0, locks = 0, locked_until = NULL
    WHERE customer_id = p_customer AND factor = p_factor;
END
