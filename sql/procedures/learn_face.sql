-- grant: kiosk
-- A step of a face template towards the visit it was seen in; p_base: the version the step was taken from. Answers
-- whether it was kept: not when the template changed meanwhile, nor within p_seconds of the step before. Of steps
-- older than the last p_kept nothing stays but that they were.
CREATE PROCEDURE learn_face(
  IN p_customer BIGINT UNSIGNED, IN p_base BIGINT UNSIGNED, IN p_sealed VARBINARY(8192),
  IN p_seconds INT UNSIGNED, IN p_kept INT UNSIGNED, IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
answer: BEGIN
  DECLARE v_version INT UNSIGNED DEFAULT NULL;
  DECLARE v_source VARCHAR(16);
  DECLARE v_recent INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT t.version, t.source, t.created_at > TIMESTAMPADD(SECOND, -p_seconds, CURRENT_TIMESTAMP(6))
    INTO v_version, v_source, v_recent
    FROM template t WHERE t.id = p_base AND t.customer_id = p_customer AND t.kind = 'face' AND t.active = 1
    FOR UPDATE;
  IF v_version IS NULL OR (v_source = 'learned' AND v_recent) THEN
    ROLLBACK;
    SELECT 0 AS done;
    LEAVE answer;
  END IF;
  UPDATE template SET active = 0 WHERE id = p_base;
  INSERT INTO template (customer_id, kind, position, family, version, quality, sealed, source)
    SELECT t.customer_id, t.kind, t.position, t.family, v_version + 1, t.quality, p_sealed, 'learned'
    FROM template t WHERE t.id = p_base;
  UPDATE template SET sealed = ''
    WHERE customer_id = p_customer AND kind = 'face' AND source = 'learned' AND active = 0
      AND version + p_kept <= v_version + 1;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'template_learn', 'done', p_session, c.pseudonym,
           JSON_OBJECT('kind', 'face', 'version', v_version + 1)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
  SELECT 1 AS done;
END
