-- grant: kiosk, staff
-- One decision that moved no money; movements write theirs in their own transaction.
CREATE PROCEDURE write_audit(
  IN p_chain VARCHAR(48), IN p_event VARCHAR(32), IN p_outcome VARCHAR(32), IN p_session VARBINARY(16),
  IN p_subject VARBINARY(16), IN p_details VARCHAR(1024))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  CALL admit_terminal(NULL, p_chain);
  INSERT INTO audit (chain, event, outcome, session, subject, details)
    VALUES (p_chain, p_event, p_outcome, p_session, p_subject, p_details);
END
