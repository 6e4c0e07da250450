-- grant: kiosk
-- A visit goes on, though nothing is moved: its lease is made longer, if it still has one.
CREATE PROCEDURE keep_visit(IN p_customer BIGINT UNSIGNED, IN p_terminal VARCHAR(32), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_reason VARCHAR(32) DEFAULT '';
  CALL admit_terminal(p_terminal, NULL);
  CALL renew_visit(p_customer, p_terminal, p_session, v_reason);
  SELECT v_reason = '' AS kept;
END
