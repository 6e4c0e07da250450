-- grant: kiosk
-- The same secret hashed anew, under the master key now active, while its owner is there to type it: only who knows the
-- hash now in force can. Answers whether it was done.
CREATE PROCEDURE renew_credential(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_old VARBINARY(128), IN p_new VARBINARY(128),
  IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE credential SET hash = p_new WHERE customer_id = p_customer AND kind = p_kind AND hash = p_old;
  SET v_done = ROW_COUNT();
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'credential_renew', IF(v_done, 'done', 'refused'), p_session, c.pseudonym,
           JSON_OBJECT('kind', p_kind)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
  -- A repeat after a lost answer finds its own hash in force.
  SELECT EXISTS (SELECT 1 FROM credential WHERE customer_id = p_customer AND kind = p_kind AND hash = p_new) AS done;
END
