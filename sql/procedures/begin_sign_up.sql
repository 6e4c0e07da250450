-- grant: kiosk
-- Somebody signs up at a machine: a frozen customer with credentials and consents, all or nothing; p_details, p_tokens
-- and the master key as add_customer has them. p_credentials: [{"kind": …, "hash": hex}], p_consents: ["face", …], to the
-- text p_version. A repeat with the same pseudonym answers the same. Answers: customer_id, reason (number_taken,
-- contact_known, user_name_taken; empty when it was done), the key in force.
CREATE PROCEDURE begin_sign_up(
  IN p_number VARCHAR(16), IN p_pseudonym BINARY(16), IN p_key_id VARCHAR(16), IN p_wrapped VARBINARY(128),
  IN p_details LONGTEXT, IN p_tokens LONGTEXT, IN p_credentials LONGTEXT, IN p_consents VARCHAR(128),
  IN p_version SMALLINT UNSIGNED, IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_customer BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_in_force VARCHAR(16) DEFAULT NULL;
  DECLARE v_taken VARCHAR(16) DEFAULT '';
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(NULL, p_chain);
  START TRANSACTION;
  -- One sign-up after the other: what is free now is free until the end of this one.
  SELECT m.key_id INTO v_in_force FROM master_key m ORDER BY m.place DESC LIMIT 1 FOR UPDATE;
  SELECT s.customer_id INTO v_customer FROM sign_up s JOIN customer c ON c.id = s.customer_id
    WHERE c.pseudonym = p_pseudonym AND s.session = p_session AND s.outcome = '';
  IF v_customer IS NULL THEN
    SELECT COALESCE(MAX(i.kind), '') INTO v_taken
      FROM JSON_TABLE(p_tokens, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$.kind', token CHAR(64) PATH '$.token')) t
      JOIN customer_index i ON i.kind = t.kind AND i.token = UNHEX(t.token)
      WHERE t.kind IN ('phone', 'email', 'user_name');
    SET v_reason = CASE WHEN v_taken = 'user_name' THEN 'user_name_taken' WHEN v_taken <> '' THEN 'contact_known'
                        WHEN EXISTS (SELECT 1 FROM customer WHERE number = p_number) THEN 'number_taken' ELSE '' END;
    IF v_reason = '' THEN
      CALL add_customer(
        p_number, p_pseudonym, 'frozen', p_key_id, p_wrapped, p_details, p_tokens, v_in_force, v_customer);
    END IF;
    IF v_customer IS NOT NULL THEN
      INSERT INTO sign_up (customer_id, chain, session) VALUES (v_customer, p_chain, p_session);
      INSERT INTO credential (customer_id, kind, hash)
        SELECT v_customer, d.kind, UNHEX(d.hash)
        FROM JSON_TABLE(p_credentials, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$.kind', hash TEXT PATH '$.hash')) d;
      INSERT INTO consent (customer_id, kind, version)
        SELECT v_customer, k.kind, p_version
        FROM JSON_TABLE(p_consents, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$')) k;
      INSERT INTO audit (chain, event, outcome, session, subject, details)
        SELECT p_chain, 'consent_given', 'done', p_session, p_pseudonym,
               JSON_OBJECT('kind', k.kind, 'version', p_version)
        FROM JSON_TABLE(p_consents, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$')) k;
    END IF;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'sign_up', IF(v_customer IS NULL, IF(v_reason = '', 'other_key', v_reason), 'begun'), p_session,
              IF(v_customer IS NULL, '', p_pseudonym), '{}');
  END IF;
  COMMIT;
  SELECT v_customer AS customer_id, v_reason AS reason, v_in_force AS key_in_force;
END
