-- grant: kiosk, staff
-- The customer takes a consent back, and with it go all templates of that kind, older versions too: overwritten in
-- place. Answers whether there was a consent.
CREATE PROCEDURE revoke_consent(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_chain VARCHAR(48), IN p_session VARBINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  -- The consent first: store_template reads it before it writes, so that no template comes in behind this.
  UPDATE consent SET revoked_at = CURRENT_TIMESTAMP(6)
    WHERE customer_id = p_customer AND kind = p_kind AND revoked_at IS NULL;
  SET v_done = ROW_COUNT() > 0;
  UPDATE template SET sealed = UNHEX(REPEAT('00', LENGTH(sealed))), active = 0
    WHERE customer_id = p_customer AND kind = p_kind;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'consent_revoked', IF(v_done, 'done', 'not_given'), p_session, c.pseudonym,
           JSON_OBJECT('kind', p_kind)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
  SELECT v_done AS done;
END
