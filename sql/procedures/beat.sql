-- grant: kiosk, staff
-- What a process of the version before says, which does not tell its clock: see beat_with_clock.
CREATE PROCEDURE beat(
  IN p_terminal VARCHAR(32), IN p_process VARCHAR(16), IN p_doing VARCHAR(24), IN p_reason VARCHAR(32),
  IN p_version VARCHAR(32), IN p_devices TEXT)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  CALL note_beat(p_terminal, p_process, p_doing, p_reason, p_version, p_devices, NULL);
END
