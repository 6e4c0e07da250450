-- grant: staff
-- An approval is used for one request, by who asked for it, for the very action it was signed for, in time, and only
-- while the second person still works here. A repeat of the same request after a lost answer is no second use. Answers
-- whether it is good.
CREATE PROCEDURE use_approval(
  IN p_approval BIGINT UNSIGNED, IN p_binding BINARY(32), IN p_asked_by BIGINT UNSIGNED, IN p_request BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  UPDATE staff_approval a JOIN staff_account s ON s.id = a.approved_by
    SET a.used_for = p_request
    WHERE a.id = p_approval AND a.binding = p_binding AND a.asked_by = p_asked_by AND a.used_for IS NULL
      AND a.expires_at > UTC_TIMESTAMP(6) AND s.disabled = 0;
  COMMIT;
  SELECT EXISTS (SELECT 1 FROM staff_approval
                 WHERE id = p_approval AND binding = p_binding AND asked_by = p_asked_by AND used_for = p_request)
         AS done;
END
