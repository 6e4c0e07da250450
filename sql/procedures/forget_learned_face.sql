-- grant: staff
-- Take back everything a face template learned: the latest enrolled version again, as a new one, so that every kiosk
-- hears of it. Answers whether there was anything to take back.
CREATE PROCEDURE forget_learned_face(IN p_customer BIGINT UNSIGNED, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_learned, v_enrolled, v_version INT UNSIGNED DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT MAX(IF(t.active = 1 AND t.source = 'learned', t.version, NULL)),
         MAX(IF(t.source = 'enrolled', t.version, NULL)), MAX(t.version)
    INTO v_learned, v_enrolled, v_version
    FROM template t WHERE t.customer_id = p_customer AND t.kind = 'face' FOR UPDATE;
  IF v_learned IS NOT NULL AND v_enrolled IS NOT NULL THEN
    UPDATE template SET active = 0 WHERE customer_id = p_customer AND kind = 'face' AND active = 1;
    INSERT INTO template (customer_id, kind, position, family, version, quality, sealed)
      SELECT t.customer_id, t.kind, t.position, t.family, v_version + 1, t.quality, t.sealed
      FROM template t WHERE t.customer_id = p_customer AND t.kind = 'face' AND t.version = v_enrolled;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      SELECT p_chain, 'template_forget', 'done', '', c.pseudonym,
             JSON_OBJECT('kind', 'face', 'version', v_version + 1, 'of', v_enrolled)
      FROM customer c WHERE c.id = p_customer;
  END IF;
  COMMIT;
  SELECT v_learned IS NOT NULL AND v_enrolled IS NOT NULL AS done;
END
