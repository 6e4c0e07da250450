-- grant: kiosk
-- A new one-time code, kept as a MAC. An earlier open code of the same session and purpose ends.
CREATE PROCEDURE issue_code(
  IN p_customer BIGINT UNSIGNED, IN p_session BINARY(16), IN p_purpose VARCHAR(32), IN p_binding BINARY(32),
  IN p_mac BINARY(32), IN p_key_id VARCHAR(16), IN p_seconds INT, IN p_tries INT)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(NULL, NULL);
  START TRANSACTION;
  UPDATE one_time_code SET ended_at = UTC_TIMESTAMP(6)
    WHERE session = p_session AND purpose = p_purpose AND ended_at IS NULL;
  INSERT INTO one_time_code (customer_id, session, purpose, binding, mac, key_id, tries_left, expires_at)
    VALUES (p_customer, p_session, p_purpose, p_binding, p_mac, p_key_id, p_tries,
            TIMESTAMPADD(SECOND, p_seconds, UTC_TIMESTAMP(6)));
  COMMIT;
  SELECT LAST_INSERT_ID() AS challenge;
END
