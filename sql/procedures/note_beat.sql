-- grant: none
-- What beat and beat_with_clock write. p_clock: the machine's own, UTC; NULL where its version does not say.
CREATE PROCEDURE note_beat(
  IN p_terminal VARCHAR(32), IN p_process VARCHAR(16), IN p_doing VARCHAR(24), IN p_reason VARCHAR(32),
  IN p_version VARCHAR(32), IN p_devices TEXT, IN p_clock DATETIME(6))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_now TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6);
  DECLARE v_ahead BIGINT DEFAULT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), p_clock) DIV 1000;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(p_terminal, NULL);
  START TRANSACTION;
  INSERT INTO heartbeat (terminal, process, doing, reason, version, since, beaten_at, clock_ahead)
    VALUES (p_terminal, p_process, p_doing, p_reason, p_version, v_now, v_now, v_ahead)
    ON DUPLICATE KEY UPDATE since = IF(doing = p_doing AND reason = p_reason, since, v_now), doing = p_doing,
      reason = p_reason, version = p_version, beaten_at = v_now, clock_ahead = v_ahead;
  INSERT INTO heartbeat_device (terminal, process, device, place, state, stands_in, advice, beaten_at)
    SELECT p_terminal, p_process, d.name, d.place, d.state, d.stands_in, d.advice, v_now
    FROM JSON_TABLE(p_devices, '$[*]' COLUMNS (
      place INT PATH '$.place', name VARCHAR(32) PATH '$.name', state VARCHAR(24) PATH '$.state',
      stands_in INT PATH '$.stands_in', advice VARCHAR(200) PATH '$.advice')) d
    ON DUPLICATE KEY UPDATE place = d.place, state = d.state, stands_in = d.stands_in, advice = d.advice,
      beaten_at = v_now;
  COMMIT;
END
