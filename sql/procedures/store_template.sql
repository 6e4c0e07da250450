-- grant: staff
-- A new version of a biometric template, as add_template has it. Answers whether there was a consent.
CREATE PROCEDURE store_template(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_position VARCHAR(32), IN p_family VARCHAR(32),
  IN p_quality FLOAT, IN p_sealed BLOB, IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_done INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  CALL add_template(p_customer, p_kind, p_position, p_family, p_quality, p_sealed, p_chain, '', v_done);
  COMMIT;
  SELECT v_done AS done;
END
