-- grant: kiosk, staff
-- Append seals to a chain and move its head, if the head still is where the sealer saw it (compare and swap).
-- p_seals: [{"sequence": n, "audit_id": n, "seal": hex, "key_id": …}], in order. Answers whether it was done.
CREATE PROCEDURE seal_audit(
  IN p_chain VARCHAR(48), IN p_sequence BIGINT UNSIGNED, IN p_seal BINARY(32), IN p_seals LONGTEXT,
  IN p_new_sequence BIGINT UNSIGNED, IN p_new_seal BINARY(32))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(NULL, p_chain);
  START TRANSACTION;
  INSERT INTO audit_head (chain, sequence, seal) VALUES (p_chain, 0, UNHEX(REPEAT('00', 32)))
    ON DUPLICATE KEY UPDATE chain = chain;
  UPDATE audit_head SET sequence = p_new_sequence, seal = p_new_seal
    WHERE chain = p_chain AND sequence = p_sequence AND seal = p_seal;
  SET v_done = ROW_COUNT();
  IF v_done THEN
    INSERT INTO audit_seal (chain, sequence, audit_id, seal, key_id)
      SELECT p_chain, s.sequence, s.audit_id, UNHEX(s.seal), s.key_id
      FROM JSON_TABLE(p_seals, '$[*]' COLUMNS (
        sequence BIGINT PATH '$.sequence', audit_id BIGINT PATH '$.audit_id', seal CHAR(64) PATH '$.seal',
        key_id VARCHAR(16) PATH '$.key_id')) s;
  END IF;
  COMMIT;
  SELECT v_done AS done;
END
