-- grant: staff
-- A second person has signed an action. p_binding: an HMAC of it and of both people; good for p_seconds.
CREATE PROCEDURE grant_approval(
  IN p_key_id VARCHAR(16), IN p_binding BINARY(32), IN p_asked_by BIGINT UNSIGNED, IN p_approved_by BIGINT UNSIGNED,
  IN p_seconds INT, IN p_deed VARCHAR(32), IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_approval BIGINT UNSIGNED;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  INSERT INTO staff_approval (key_id, binding, asked_by, approved_by, expires_at)
    VALUES (p_key_id, p_binding, p_asked_by, p_approved_by, TIMESTAMPADD(SECOND, p_seconds, UTC_TIMESTAMP(6)));
  SET v_approval = LAST_INSERT_ID();
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    SELECT p_chain, 'staff_approval', 'granted', p_session, s.pseudonym,
           JSON_OBJECT('approval', v_approval, 'deed', p_deed, 'seconds', p_seconds)
    FROM staff_account s WHERE s.id = p_approved_by;
  COMMIT;
  SELECT v_approval AS approval;
END
