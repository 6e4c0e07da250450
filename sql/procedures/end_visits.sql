-- grant: kiosk
-- A machine that starts serves nobody: whatever visit it left behind is over. Answers how many there were.
CREATE PROCEDURE end_visits(IN p_terminal VARCHAR(32))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE visit_lease SET expires_at = UTC_TIMESTAMP(6), renewals = renewals + 1
    WHERE terminal = p_terminal AND expires_at > UTC_TIMESTAMP(6);
  SELECT ROW_COUNT() AS ended;
END
