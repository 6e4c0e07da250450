-- grant: kiosk
-- The last step of a sign-up, all or nothing: templates, an account, and the customer may sign in. p_templates:
-- [{"kind": …, "position": …, "family": …, "quality": …, "sealed": hex}]. A repeat answers the same. Answers: reason
-- (ended, no_consent, number_taken; empty when it was done).
CREATE PROCEDURE finish_sign_up(
  IN p_customer BIGINT UNSIGNED, IN p_session BINARY(16), IN p_templates LONGTEXT, IN p_bank VARCHAR(64),
  IN p_account VARCHAR(34), IN p_kind VARCHAR(24), IN p_currency CHAR(3), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_outcome VARCHAR(16) DEFAULT NULL;
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE v_count INT DEFAULT COALESCE(JSON_LENGTH(p_templates), 0);
  DECLARE v_number INT DEFAULT 0;
  DECLARE v_done INT DEFAULT 1;
  DECLARE v_template VARCHAR(16);
  DECLARE v_position, v_family VARCHAR(32);
  DECLARE v_quality FLOAT;
  DECLARE v_sealed BLOB;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT outcome INTO v_outcome FROM sign_up WHERE customer_id = p_customer AND session = p_session FOR UPDATE;
  IF v_outcome IS NULL OR v_outcome = 'given_up' THEN
    SET v_reason = 'ended';
  ELSEIF v_outcome = '' THEN
    IF EXISTS (SELECT 1 FROM account WHERE number = p_account) THEN
      SET v_reason = 'number_taken';
    END IF;
    WHILE v_reason = '' AND v_number < v_count DO
      SELECT t.kind, t.position, t.family, t.quality, UNHEX(t.sealed)
        INTO v_template, v_position, v_family, v_quality, v_sealed
        FROM JSON_TABLE(p_templates, '$[*]' COLUMNS (
          place FOR ORDINALITY, kind VARCHAR(16) PATH '$.kind', position VARCHAR(32) PATH '$.position',
          family VARCHAR(32) PATH '$.family', quality FLOAT PATH '$.quality', sealed TEXT PATH '$.sealed')) t
        WHERE t.place = v_number + 1;
      CALL add_template(
        p_customer, v_template, v_position, v_family, v_quality, v_sealed, p_chain, p_session, v_done);
      SET v_number = v_number + 1, v_reason = IF(v_done, '', 'no_consent');
    END WHILE;
    IF v_reason = '' THEN
      CALL add_account(p_customer, p_bank, p_account, p_kind, p_currency, p_chain, p_session);
      UPDATE customer SET status = 'active' WHERE id = p_customer AND status = 'frozen';
      UPDATE sign_up SET outcome = 'done', ended_at = CURRENT_TIMESTAMP(6) WHERE customer_id = p_customer;
      INSERT INTO audit (chain, event, outcome, session, subject, details)
        SELECT p_chain, 'sign_up', 'done', p_session, c.pseudonym, '{}' FROM customer c WHERE c.id = p_customer;
    ELSE
      ROLLBACK;
    END IF;
  END IF;
  COMMIT;
  SELECT v_reason AS reason;
END
