-- grant: staff
-- A master key of the ring that this database has not seen yet; from here on it seals. The first one has nothing to
-- rotate.
CREATE PROCEDURE register_key(IN p_key_id VARCHAR(16), IN p_proof BINARY(32), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_known, v_seen INT;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  -- Waits for enrolments under way: after this none is written under an older key.
  SELECT COUNT(*), COALESCE(SUM(m.key_id = p_key_id), 0) INTO v_known, v_seen FROM master_key m FOR UPDATE;
  INSERT INTO master_key (key_id, proof, rotated_at)
    VALUES (p_key_id, p_proof, IF(v_known, NULL, CURRENT_TIMESTAMP(6)))
    ON DUPLICATE KEY UPDATE key_id = p_key_id;
  IF v_known AND NOT v_seen THEN
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'key_rotation', 'begun', '', '', JSON_OBJECT('key', p_key_id));
  END IF;
  COMMIT;
END
