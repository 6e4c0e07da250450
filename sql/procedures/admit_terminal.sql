-- grant: none
-- Refuses who signed in as a terminal's own user and is not joined, or speaks in another terminal's name. The second line
-- behind users that are locked: a connection that outlived its terminal begins nothing. p_terminal, p_chain: NULL where
-- the call names none. Error 45014 is what db/logins.py knows it by.
CREATE PROCEDURE admit_terminal(IN p_terminal VARCHAR(32), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
READS SQL DATA
BEGIN
  DECLARE v_user VARCHAR(128) DEFAULT SUBSTRING_INDEX(USER(), '@', 1);
  DECLARE v_own VARCHAR(128) DEFAULT SUBSTRING(v_user, 7);
  IF LEFT(v_user, 6) IN ('kiosk_', 'staff_') THEN
    IF NOT EXISTS (SELECT 1 FROM terminal_login l WHERE l.terminal = v_own AND l.state = 'joined') THEN
      SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 45014, MESSAGE_TEXT = 'this terminal is not, or no longer, one of the fleet';
    END IF;
    IF COALESCE(p_terminal, v_own) <> v_own OR SUBSTRING_INDEX(COALESCE(p_chain, v_own), '/', 1) <> v_own THEN
      SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 45014, MESSAGE_TEXT = 'this terminal speaks in the name of another one';
    END IF;
  END IF;
END
