-- grant: staff
-- The same password and the same authenticator under the master key now active, while their owner is there to type the
-- one: what a rotation of keys cannot do. p_sealed: NULL where there is no authenticator.
CREATE PROCEDURE renew_staff_secrets(
  IN p_staff BIGINT UNSIGNED, IN p_old VARBINARY(128), IN p_new VARBINARY(128), IN p_key_id VARCHAR(16),
  IN p_sealed VARBINARY(128), IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE staff_account SET hash = p_new, key_id = IF(sealed IS NULL, key_id, p_key_id),
      sealed = IF(sealed IS NULL, NULL, p_sealed)
    WHERE id = p_staff AND hash = p_old AND (sealed IS NULL) = (p_sealed IS NULL);
  IF ROW_COUNT() THEN
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      SELECT p_chain, 'staff_password', 'renewed', p_session, s.pseudonym, '{}'
      FROM staff_account s WHERE s.id = p_staff;
  END IF;
  COMMIT;
END
