-- grant: kiosk
-- One try at a code. The try is spent in the same statement that reads what is left, and a right code is ended, so
-- that neither two terminals nor a repeated call can use one twice.
CREATE PROCEDURE check_code(
  IN p_challenge BIGINT UNSIGNED, IN p_session BINARY(16), IN p_purpose VARCHAR(32), IN p_binding BINARY(32),
  IN p_mac BINARY(32))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_verdict VARCHAR(16) DEFAULT 'used_up';
  DECLARE v_mac BINARY(32) DEFAULT NULL;
  DECLARE v_left INT;
  DECLARE v_expired INT;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT mac, tries_left, expires_at <= UTC_TIMESTAMP(6) INTO v_mac, v_left, v_expired FROM one_time_code
    WHERE id = p_challenge AND session = p_session AND purpose = p_purpose AND binding = p_binding
      AND ended_at IS NULL AND tries_left > 0
    FOR UPDATE;
  IF v_mac IS NOT NULL THEN
    IF v_expired THEN
      SET v_verdict = 'expired';
    ELSEIF v_mac = p_mac THEN
      SET v_verdict = 'accepted';
    ELSE
      SET v_verdict = IF(v_left > 1, 'wrong', 'used_up');
    END IF;
    UPDATE one_time_code SET tries_left = tries_left - 1,
        ended_at = IF(v_verdict = 'wrong', NULL, UTC_TIMESTAMP(6))
      WHERE id = p_challenge;
  END IF;
  COMMIT;
  SELECT v_verdict AS verdict;
END
