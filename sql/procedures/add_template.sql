-- grant: none
-- A new version of a biometric template, inside a transaction of the caller's; the one before it stays, inactive, so
-- that the change can be taken back. Nothing is stored without the customer's consent; p_done: whether there was one.
CREATE PROCEDURE add_template(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_position VARCHAR(32), IN p_family VARCHAR(32),
  IN p_quality FLOAT, IN p_sealed BLOB, IN p_chain VARCHAR(48), IN p_session VARBINARY(16), OUT p_done INT)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_version INT UNSIGNED DEFAULT 0;
  -- Shared: a withdrawal begins after this, and finds what was stored.
  SELECT COUNT(*) > 0 INTO p_done FROM consent
    WHERE customer_id = p_customer AND kind = p_kind AND revoked_at IS NULL LOCK IN SHARE MODE;
  IF p_done THEN
    SELECT COALESCE(MAX(t.version), 0) + 1 INTO v_version FROM template t
      WHERE t.customer_id = p_customer AND t.kind = p_kind AND t.position = p_position AND t.family = p_family
      FOR UPDATE;
    UPDATE template SET active = 0
      WHERE customer_id = p_customer AND kind = p_kind AND position = p_position AND family = p_family;
    INSERT INTO template (customer_id, kind, position, family, version, quality, sealed)
      VALUES (p_customer, p_kind, p_position, p_family, v_version, p_quality, p_sealed);
  END IF;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'template_store', IF(p_done, 'done', 'no_consent'), p_session, c.pseudonym,
           JSON_OBJECT('kind', p_kind, 'position', p_position, 'version', v_version)
    FROM customer c WHERE c.id = p_customer;
END
