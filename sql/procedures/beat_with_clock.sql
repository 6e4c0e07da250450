-- grant: kiosk, staff
-- What a process is doing, how its devices are and what its clock shows, written over what it said before.
-- p_devices: [{"place": n, "name": …, "state": …, "stands_in": 0 or 1, "advice": …}]. p_clock: UTC.
CREATE PROCEDURE beat_with_clock(
  IN p_terminal VARCHAR(32), IN p_process VARCHAR(16), IN p_doing VARCHAR(24), IN p_reason VARCHAR(32),
  IN p_version VARCHAR(32), IN p_devices TEXT, IN p_clock DATETIME(6))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  CALL note_beat(p_terminal, p_process, p_doing, p_reason, p_version, p_devices, p_clock);
END
