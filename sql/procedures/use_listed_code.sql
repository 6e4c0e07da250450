-- grant: kiosk
-- One try at the code that is next on a customer's list; it is used, or a try of it is spent, in the same statement.
CREATE PROCEDURE use_listed_code(IN p_customer BIGINT UNSIGNED, IN p_position SMALLINT UNSIGNED, IN p_mac BINARY(32))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_right INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE listed_code SET used_at = UTC_TIMESTAMP(6)
    WHERE customer_id = p_customer AND position = p_position AND mac = p_mac AND used_at IS NULL AND tries_left > 0;
  SET v_right = ROW_COUNT();
  IF NOT v_right THEN
    UPDATE listed_code SET tries_left = tries_left - 1
      WHERE customer_id = p_customer AND position = p_position AND used_at IS NULL AND tries_left > 0;
  END IF;
  COMMIT;
  SELECT v_right AS done;
END
