-- grant: staff
-- A customer's data key wrapped under another master key, and their blind indexes with it, if the wrapped key still is
-- the one that was opened (compare and swap). p_tokens: [{"kind": …, "old": hex, "token": hex}]. Answers whether it was
-- done.
CREATE PROCEDURE rewrap_customer(
  IN p_customer BIGINT UNSIGNED, IN p_old VARBINARY(128), IN p_key_id VARCHAR(16), IN p_wrapped VARBINARY(128),
  IN p_tokens LONGTEXT)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE data_key SET key_id = p_key_id, wrapped = p_wrapped WHERE customer_id = p_customer AND wrapped = p_old;
  SET v_done = ROW_COUNT();
  IF v_done THEN
    UPDATE customer_index i
      JOIN JSON_TABLE(p_tokens, '$[*]' COLUMNS (
        kind VARCHAR(16) PATH '$.kind', old CHAR(64) PATH '$.old', token CHAR(64) PATH '$.token')) t
        ON i.kind = t.kind AND i.token = UNHEX(t.old)
      SET i.token = UNHEX(t.token)
      WHERE i.customer_id = p_customer;
  END IF;
  COMMIT;
  SELECT v_done AS done;
END
