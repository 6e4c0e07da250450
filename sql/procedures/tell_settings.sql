-- grant: kiosk
-- Which published settings a terminal runs, and which it could not use; written over what it said before.
CREATE PROCEDURE tell_settings(
  IN p_terminal VARCHAR(24), IN p_general_version BIGINT UNSIGNED, IN p_own_version BIGINT UNSIGNED,
  IN p_refused_version BIGINT UNSIGNED, IN p_reason VARCHAR(500))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  CALL admit_terminal(p_terminal, NULL);
  INSERT INTO terminal_settings (terminal, general_version, own_version, refused_version, reason)
    VALUES (p_terminal, p_general_version, p_own_version, p_refused_version, p_reason)
    ON DUPLICATE KEY UPDATE general_version = p_general_version, own_version = p_own_version,
      refused_version = p_refused_version, reason = p_reason, told_at = CURRENT_TIMESTAMP(6);
END
