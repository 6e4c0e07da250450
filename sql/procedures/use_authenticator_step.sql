-- grant: kiosk
-- A time step of an authenticator app is used once, and none before it any more: of two terminals that ask at the same
-- moment one is told no.
CREATE PROCEDURE use_authenticator_step(IN p_customer BIGINT UNSIGNED, IN p_step BIGINT UNSIGNED)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE authenticator SET last_step = p_step
    WHERE customer_id = p_customer AND last_step < p_step AND sealed IS NOT NULL;
  SELECT ROW_COUNT() AS done;
END
