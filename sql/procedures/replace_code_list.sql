-- grant: staff
-- A new list of codes on paper, kept as MACs: p_macs is a list in hexadecimal, in its order. The earlier list ends.
CREATE PROCEDURE replace_code_list(
  IN p_customer BIGINT UNSIGNED, IN p_key_id VARCHAR(16), IN p_macs TEXT, IN p_tries INT, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE listed_code SET tries_left = 0 WHERE customer_id = p_customer;
  INSERT INTO listed_code (customer_id, position, key_id, mac, tries_left)
    SELECT p_customer, list.position, p_key_id, UNHEX(list.mac), p_tries
    FROM JSON_TABLE(p_macs, '$[*]' COLUMNS (position FOR ORDINALITY, mac CHAR(64) PATH '$')) list
    ON DUPLICATE KEY UPDATE key_id = p_key_id, mac = UNHEX(list.mac), tries_left = p_tries, used_at = NULL;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'code_list_issue', 'done', '', c.pseudonym, JSON_OBJECT('codes', JSON_LENGTH(p_macs))
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
END
