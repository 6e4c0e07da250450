-- grant: staff
-- One finger, hand or face no longer counts: all its versions are overwritten in place; the consent stays. Answers
-- whether one was in force.
CREATE PROCEDURE revoke_template(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_position VARCHAR(32), IN p_chain VARCHAR(48),
  IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT COALESCE(SUM(active), 0) INTO v_done FROM template
    WHERE customer_id = p_customer AND kind = p_kind AND position = p_position FOR UPDATE;
  UPDATE template SET sealed = UNHEX(REPEAT('00', LENGTH(sealed))), active = 0
    WHERE customer_id = p_customer AND kind = p_kind AND position = p_position;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'template_revoke', IF(v_done, 'done', 'not_there'), p_session, c.pseudonym,
           JSON_OBJECT('kind', p_kind, 'position', p_position)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
  SELECT v_done > 0 AS done;
END
