-- grant: kiosk
-- One look at the whole fleet, by whichever kiosk's turn it is, every p_every seconds. Answers what this call, known by
-- p_claim, has to tell staff, and no other: rows of terminal, kind, state (told: it has begun; over), and the figures.
-- Repeated with the same claim it answers the same. p_silent_after: seconds without a word; p_clock_off: seconds a clock
-- may be off, for a minute; p_other_version_after: seconds somebody may run another version than most.
-- 15 seconds are what SILENT_SECONDS says.
CREATE PROCEDURE watch_fleet(
  IN p_terminal VARCHAR(32), IN p_claim VARBINARY(16), IN p_every INT, IN p_silent_after INT, IN p_clock_off INT,
  IN p_other_version_after INT)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_now TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6);
  DECLARE v_heard TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) - INTERVAL 15 SECOND;
  DECLARE v_due TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) - INTERVAL p_every SECOND;
  DECLARE v_since TIMESTAMP(6) DEFAULT NULL;
  DECLARE v_usual VARCHAR(32) DEFAULT NULL;
  DECLARE v_turn, v_all INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(p_terminal, NULL);
  START TRANSACTION;
  -- Nearly every call finds that it is nobody's turn, and is to lock nothing: a SELECT of its own locks nothing, one
  -- within an IF or a SET locks what it reads.
  SELECT COUNT(*) INTO v_turn FROM fleet_watch w WHERE w.id = 1 AND w.watched_at <= v_due;
  IF v_turn THEN
    UPDATE fleet_watch SET watching_since = IF(watched_at < v_due - INTERVAL 3 * p_every SECOND, v_now, watching_since),
      watched_at = v_now WHERE id = 1 AND watched_at <= v_due;
    IF ROW_COUNT() = 1 THEN
      SELECT w.watching_since INTO v_since FROM fleet_watch w WHERE w.id = 1;
      SELECT COUNT(*) INTO v_all FROM heartbeat h WHERE h.process = 'kiosk' AND h.beaten_at >= v_heard;
      SELECT h.version INTO v_usual FROM heartbeat h WHERE h.process = 'kiosk' AND h.beaten_at >= v_heard
        GROUP BY h.version HAVING COUNT(*) * 2 > v_all;
      INSERT INTO fleet_alert (terminal, kind, state, begun_at)
        SELECT t.terminal, t.kind, 'seen', v_now FROM (
          SELECT h.terminal, 'silent' AS kind FROM heartbeat h WHERE h.process = 'kiosk'
            AND TIMESTAMPDIFF(SECOND, GREATEST(h.beaten_at, v_since), v_now) > p_silent_after
          UNION ALL
          SELECT h.terminal, 'clock' FROM heartbeat h WHERE h.process = 'kiosk' AND h.beaten_at >= v_heard
            AND ABS(h.clock_ahead) > p_clock_off * 1000
          UNION ALL
          SELECT h.terminal, 'version' FROM heartbeat h WHERE h.process = 'kiosk' AND h.beaten_at >= v_heard
            AND h.version <> v_usual
        ) t
        WHERE NOT EXISTS (SELECT 1 FROM terminal_login l WHERE l.terminal = t.terminal AND l.state = 'revoked')
        ON DUPLICATE KEY UPDATE begun_at = IF(fleet_alert.state = 'over', v_now, fleet_alert.begun_at),
          claim = IF(fleet_alert.state = 'over', '', fleet_alert.claim),
          state = IF(fleet_alert.state = 'over', 'seen', fleet_alert.state);
      -- That a terminal was revoked is nobody's news.
      UPDATE fleet_alert SET claim = '', state = 'over'
        WHERE state <> 'over' AND EXISTS (
          SELECT 1 FROM terminal_login l WHERE l.terminal = fleet_alert.terminal AND l.state = 'revoked');
      -- A clock that is nearly as far off as that is not called right, or it would be told again and again.
      UPDATE fleet_alert SET claim = IF(state = 'told', p_claim, ''), state = 'over'
        WHERE state <> 'over' AND EXISTS (
          SELECT 1 FROM heartbeat h WHERE h.terminal = fleet_alert.terminal AND h.process = 'kiosk'
            AND h.beaten_at >= v_heard AND CASE fleet_alert.kind
              WHEN 'silent' THEN 1
              WHEN 'clock' THEN COALESCE(ABS(h.clock_ahead), 0) <= p_clock_off * 500
              ELSE h.version = v_usual END);
      UPDATE fleet_alert SET claim = p_claim, state = 'told'
        WHERE state = 'seen' AND TIMESTAMPDIFF(SECOND, begun_at, v_now) >=
          CASE kind WHEN 'silent' THEN 0 WHEN 'clock' THEN 60 ELSE p_other_version_after END;
    END IF;
  END IF;
  COMMIT;
  SELECT a.terminal, a.kind, a.state, h.version, v_usual AS usual, h.clock_ahead,
    TIMESTAMPDIFF(SECOND, h.beaten_at, v_now) AS silent_seconds
    FROM fleet_alert a JOIN heartbeat h ON h.terminal = a.terminal AND h.process = 'kiosk'
    WHERE a.claim = p_claim ORDER BY a.kind, a.terminal;
END
