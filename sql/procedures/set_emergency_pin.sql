-- grant: kiosk
-- The PIN that a customer types under duress. Only who knows the PIN now in force can set it: p_pin is its hash.
CREATE PROCEDURE set_emergency_pin(
  IN p_customer BIGINT UNSIGNED, IN p_pin VARBINARY(128), IN p_emergency VARBINARY(128), IN p_chain VARCHAR(48),
  IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_known INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT COUNT(*) INTO v_known FROM credential
    WHERE customer_id = p_customer AND kind = 'pin' AND hash = p_pin FOR UPDATE;
  IF v_known THEN
    INSERT INTO credential (customer_id, kind, hash) VALUES (p_customer, 'emergency_pin', p_emergency)
      ON DUPLICATE KEY UPDATE hash = p_emergency, changed_at = CURRENT_TIMESTAMP(6);
  END IF;
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'credential_change', IF(v_known, 'done', 'refused'), p_session, c.pseudonym,
           JSON_OBJECT('kind', 'emergency_pin')
    FROM customer c WHERE c.id = p_customer;
  COMMIT;
  SELECT v_known AS done;
END
