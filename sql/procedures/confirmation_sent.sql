-- grant: kiosk
-- A confirmation was sent, or one more try failed; the last of p_limit tries gives it up.
CREATE PROCEDURE confirmation_sent(IN p_confirmation BIGINT UNSIGNED, IN p_sent TINYINT(1), IN p_limit INT UNSIGNED)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE confirmation
    SET tries = tries + 1, state = IF(p_sent, 'sent', IF(tries >= p_limit, 'failed', 'owed'))
    WHERE id = p_confirmation AND state = 'owed';
END
