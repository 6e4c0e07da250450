-- grant: none
-- Whoever has no data key any more was erased after the backup was made, and is erased again. Answers how many.
CREATE PROCEDURE erase_restored(IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_customer BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_count INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  REPEAT
    SET v_customer = NULL;
    SELECT MIN(c.id) INTO v_customer FROM customer c JOIN data_key k ON k.customer_id = c.id
      WHERE c.status <> 'erased' AND k.key_id = '';
    IF v_customer IS NOT NULL THEN
      CALL destroy_customer(v_customer);
      INSERT INTO audit (chain, event, outcome, session, subject, details)
        SELECT p_chain, 'customer_erased', 'again', '', c.pseudonym, '{}' FROM customer c WHERE c.id = v_customer;
      SET v_count = v_count + 1;
    END IF;
  UNTIL v_customer IS NULL END REPEAT;
  COMMIT;
  SELECT v_count AS erased;
END
