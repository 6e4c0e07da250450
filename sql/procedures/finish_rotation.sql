-- grant: staff
-- Everything that can be is wrapped under this master key by now. p_left: customers whose data key did not open.
CREATE PROCEDURE finish_rotation(
  IN p_key_id VARCHAR(16), IN p_customers INT UNSIGNED, IN p_left INT UNSIGNED, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE master_key SET rotated_at = CURRENT_TIMESTAMP(6) WHERE key_id = p_key_id AND rotated_at IS NULL;
  IF ROW_COUNT() THEN
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'key_rotation', 'done', '', '',
              JSON_OBJECT('key', p_key_id, 'customers', p_customers, 'left', p_left));
  END IF;
  COMMIT;
END
