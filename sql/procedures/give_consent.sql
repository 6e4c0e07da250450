-- grant: kiosk, staff
-- The customer agrees to the text p_version about a biometric. Agreeing again to the same text changes nothing.
CREATE PROCEDURE give_consent(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_version SMALLINT UNSIGNED, IN p_chain VARCHAR(48),
  IN p_session VARBINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_pseudonym BINARY(16) DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT c.pseudonym INTO v_pseudonym FROM customer c WHERE c.id = p_customer AND c.status <> 'erased' FOR UPDATE;
  IF v_pseudonym IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM consent
    WHERE customer_id = p_customer AND kind = p_kind AND version >= p_version AND revoked_at IS NULL
  ) THEN
    INSERT INTO consent (customer_id, kind, version) VALUES (p_customer, p_kind, p_version);
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'consent_given', 'done', p_session, v_pseudonym,
              JSON_OBJECT('kind', p_kind, 'version', p_version));
  END IF;
  COMMIT;
END
