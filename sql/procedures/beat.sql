-- grant: kiosk, staff
-- What a process is doing and how its devices are, written over what it said before.
-- p_devices: [{"place": n, "name": …, "state": …, "stands_in": 0 or 1, "advice": …}].
CREATE PROCEDURE beat(
  IN p_terminal VARCHAR(32), IN p_process VARCHAR(16), IN p_doing VARCHAR(24), IN p_reason VARCHAR(32),
  IN p_version VARCHAR(32), IN p_devices TEXT)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_now TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6);
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(p_terminal, NULL);
  START TRANSACTION;
  INSERT INTO heartbeat (terminal, process, doing, reason, version, since, beaten_at)
    VALUES (p_terminal, p_process, p_doing, p_reason, p_version, v_now, v_now)
    ON DUPLICATE KEY UPDATE since = IF(doing = p_doing AND reason = p_reason, since, v_now), doing = p_doing,
      reason = p_reason, version = p_version, beaten_at = v_now;
  INSERT INTO heartbeat_device (terminal, process, device, place, state, stands_in, advice, beaten_at)
    SELECT p_terminal, p_process, d.name, d.place, d.state, d.stands_in, d.advice, v_now
    FROM JSON_TABLE(p_devices, '$[*]' COLUMNS (
      place INT PATH '$.place', name VARCHAR(32) PATH '$.name', state VARCHAR(24) PATH '$.state',
      stands_in INT PATH '$.stands_in', advice VARCHAR(200) PATH '$.advice')) d
    ON DUPLICATE KEY UPDATE place = d.place, state = d.state, stands_in = d.stands_in, advice = d.advice,
      beaten_at = v_now;
  COMMIT;
END
