-- grant: staff
-- A new version of a biometric template; the one before it stays, inactive, so that the change can be taken back.
-- Nothing is stored without the customer's consent. Answers whether there was one.
CREATE PROCEDURE store_template(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_position VARCHAR(32), IN p_family VARCHAR(32),
  IN p_quality FLOAT, IN p_sealed BLOB, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_version INT UNSIGNED DEFAULT 0;
  DECLARE v_consents INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  -- Shared: a withdrawal begins after this, and finds what was stored.
  SELECT COUNT(*) INTO v_consents FROM consent
    WHERE customer_id = p_customer AND kind = p_kind AND revoked_at IS NULL LOCK IN SHARE MODE;
  IF v_consents THEN
    SELECT COALESCE(MAX(t.version), 0) + 1 INTO v_version FROM template t
      WHERE t.customer_id = p_customer AND t.kind = p_kind AND t.position = p_position AND t.family = p_family
      FOR UPDATE;
    UPDATE template SET active = 0
      WHERE customer_id = p_customer AND kind = p_kind AND position = p_position AND family = p_family;
    INSERT INTO template (customer_id, kind, position, family, version, quality, sealed)
      VALUES (p_customer, p_kind, p_position, p_family, v_version, p_quality, p_sealed);
  END IF;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'template_store', IF(v_consents, 'done', 'no_consent'), '', c.pseudonym,
           JSON_OBJECT('kind', p_kind, 'position', p_position, 'version', v_version)
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
  SELECT v_consents > 0 AS done;
END
