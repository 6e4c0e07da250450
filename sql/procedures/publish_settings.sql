-- grant: none
-- One version more of what the centre decides; p_terminal empty: for all. p_version is the next one, as it was sealed.
-- Answers reason: overtaken where another one came first, unknown for a terminal nobody knows, and nothing is kept; empty
-- when it was done.
CREATE PROCEDURE publish_settings(
  IN p_version BIGINT UNSIGNED, IN p_terminal VARCHAR(24), IN p_content TEXT, IN p_digest CHAR(64),
  IN p_again_of BIGINT UNSIGNED, IN p_program VARCHAR(32), IN p_published_by VARCHAR(128), IN p_key_id VARCHAR(16),
  IN p_seal BINARY(32), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_newest BIGINT UNSIGNED DEFAULT 0;
  DECLARE v_reason VARCHAR(16) DEFAULT '';
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  SELECT COALESCE(MAX(version), 0) INTO v_newest FROM published_settings FOR UPDATE;
  IF p_version <> v_newest + 1 THEN
    SET v_reason = 'overtaken';
  ELSEIF p_terminal <> '' AND NOT EXISTS (SELECT 1 FROM terminal_login l WHERE l.terminal = p_terminal)
      AND NOT EXISTS (SELECT 1 FROM terminal t WHERE t.terminal = p_terminal) THEN
    SET v_reason = 'unknown';
  ELSE
    INSERT INTO published_settings
        (version, terminal, content, digest, again_of, program, published_by, key_id, seal)
      VALUES (p_version, p_terminal, p_content, p_digest, p_again_of, p_program, p_published_by, p_key_id, p_seal);
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      VALUES (p_chain, 'settings', IF(p_again_of IS NULL, 'published', 'rolled_back'), '', '',
        JSON_OBJECT('version', p_version, 'terminal', p_terminal, 'digest', p_digest, 'again_of', p_again_of,
          'by', p_published_by));
  END IF;
  COMMIT;
  SELECT v_reason AS reason;
END
