-- grant: staff
-- One customer of a list, all or nothing: details and keys as add_customer has them, consents (["face", …], to the text
-- p_version), templates ([{"kind": …, "position": …, "family": …, "quality": …, "sealed": hex}]), an account where
-- p_account names one, and what is paid in to it at once; p_dry_run: everything is tried and nothing stays. p_event: what
-- the audit calls it. Of who came to the branch also p_pin (hash), p_app (sealed secret) with its p_step, p_document
-- (sealed); each may be empty. Answers: customer_id, reason (number_known, contact_known, account_known, no_consent;
-- empty when it was done), known: the customer that is there already, the key in force.
CREATE PROCEDURE import_customer(
  IN p_number VARCHAR(16), IN p_pseudonym BINARY(16), IN p_key_id VARCHAR(16), IN p_wrapped VARBINARY(128),
  IN p_details LONGTEXT, IN p_tokens LONGTEXT, IN p_consents VARCHAR(128), IN p_version SMALLINT UNSIGNED,
  IN p_templates LONGTEXT, IN p_bank VARCHAR(64), IN p_account VARCHAR(34), IN p_kind VARCHAR(24),
  IN p_currency CHAR(3), IN p_opening BIGINT, IN p_request BINARY(16), IN p_dry_run INT, IN p_event VARCHAR(32),
  IN p_pin VARBINARY(128), IN p_app VARBINARY(128), IN p_step BIGINT UNSIGNED, IN p_document MEDIUMBLOB,
  IN p_terminal VARCHAR(32), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_customer, v_known, v_account, v_journal BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_in_force VARCHAR(16) DEFAULT NULL;
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  DECLARE v_place, v_done INT DEFAULT 0;
  DECLARE v_template VARCHAR(16);
  DECLARE v_position, v_family VARCHAR(32);
  DECLARE v_quality FLOAT;
  DECLARE v_sealed BLOB;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  -- One after the other, sign-ups at machines included: what is free now is free until the end of this one.
  SELECT m.key_id INTO v_in_force FROM master_key m ORDER BY m.place DESC LIMIT 1 FOR UPDATE;
  SELECT c.id INTO v_known FROM customer c WHERE c.number = p_number;
  IF v_known IS NOT NULL THEN
    SET v_reason = 'number_known';
  ELSE
    SELECT MIN(i.customer_id) INTO v_known
      FROM JSON_TABLE(p_tokens, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$.kind', token CHAR(64) PATH '$.token')) t
      JOIN customer_index i ON i.kind = t.kind AND i.token = UNHEX(t.token) WHERE t.kind IN ('phone', 'email');
    IF v_known IS NOT NULL THEN
      SET v_reason = 'contact_known';
    ELSEIF p_account <> '' AND EXISTS (SELECT 1 FROM account WHERE number = p_account) THEN
      SET v_reason = 'account_known';
    END IF;
  END IF;
  IF v_reason = '' THEN
    CALL add_customer(
      p_number, p_pseudonym, 'active', p_key_id, p_wrapped, p_details, p_tokens, v_in_force, v_customer);
  END IF;
  IF v_customer IS NOT NULL THEN
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, p_event, 'done', '', p_pseudonym, '{}');
    INSERT INTO consent (customer_id, kind, version)
      SELECT v_customer, k.kind, p_version
      FROM JSON_TABLE(p_consents, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$')) k;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      SELECT p_chain, 'consent_given', 'done', '', p_pseudonym, JSON_OBJECT('kind', k.kind, 'version', p_version)
      FROM JSON_TABLE(p_consents, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$')) k;
    IF p_pin <> '' THEN
      INSERT INTO credential (customer_id, kind, hash) VALUES (v_customer, 'pin', p_pin);
    END IF;
    IF p_app <> '' THEN
      INSERT INTO authenticator (customer_id, sealed, last_step) VALUES (v_customer, p_app, p_step);
    END IF;
    IF p_document <> '' THEN
      INSERT INTO customer_document (customer_id, sealed) VALUES (v_customer, p_document);
    END IF;
    WHILE v_reason = '' AND v_place < JSON_LENGTH(p_templates) DO
      SELECT t.kind, t.position, t.family, t.quality, UNHEX(t.sealed)
        INTO v_template, v_position, v_family, v_quality, v_sealed
        FROM JSON_TABLE(p_templates, '$[*]' COLUMNS (
          place FOR ORDINALITY, kind VARCHAR(16) PATH '$.kind', position VARCHAR(32) PATH '$.position',
          family VARCHAR(32) PATH '$.family', quality FLOAT PATH '$.quality', sealed LONGTEXT PATH '$.sealed')) t
        WHERE t.place = v_place + 1;
      CALL add_template(v_customer, v_template, v_position, v_family, v_quality, v_sealed, p_chain, '', v_done);
      SET v_place = v_place + 1, v_reason = IF(v_done, '', 'no_consent');
    END WHILE;
    IF v_reason = '' AND p_account <> '' THEN
      CALL add_account(v_customer, p_bank, p_account, p_kind, p_currency, p_chain, '');
      SELECT a.id INTO v_account FROM account a WHERE a.number = p_account;
    END IF;
    IF v_reason = '' AND p_opening > 0 THEN
      INSERT INTO request (request_id, kind, payload, outcome) VALUES (
        p_request, 'deposit', UNHEX(SHA2(CONCAT_WS('|', 'deposit', v_account, p_opening, p_terminal), 256)), 'posted');
      CALL move_internal(p_request, 'branch_deposit',
        (SELECT b.id FROM account b WHERE b.number = CONCAT('BRANCH-', p_terminal, '-', p_currency)),
        v_account, p_opening, p_terminal, v_journal);
      UPDATE request SET journal_id = v_journal WHERE request_id = p_request;
      INSERT INTO audit (chain, event, outcome, session, subject, details)
        VALUES (p_chain, 'branch_deposit', 'posted', '', p_pseudonym,
                JSON_OBJECT('account', v_account, 'amount', p_opening, 'journal', v_journal));
    END IF;
  END IF;
  IF v_reason <> '' OR p_dry_run THEN
    ROLLBACK;
  ELSE
    COMMIT;
  END IF;
  SELECT v_customer AS customer_id, v_reason AS reason, v_known AS known, v_in_force AS key_in_force;
END
