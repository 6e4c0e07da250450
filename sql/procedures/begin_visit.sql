-- grant: kiosk
-- A visit in which every factor passed begins, for p_seconds at first: noted for the audit and for the customer's own
-- eyes. Answers begun: 0 while another machine serves them, and then nothing of that visit is touched. A machine serves
-- one person at a time, so that what it left behind itself is its own. A repeat of the same session is no second visit.
CREATE PROCEDURE begin_visit(
  IN p_customer BIGINT UNSIGNED, IN p_terminal VARCHAR(24), IN p_policy VARCHAR(32), IN p_seconds INT UNSIGNED,
  IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_begun INT DEFAULT 0;
  DECLARE v_before BINARY(16) DEFAULT NULL;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  CALL admit_terminal(p_terminal, p_chain);
  START TRANSACTION;
  -- Written before it is read: two machines that come at the same moment wait for each other, and on two nodes of a
  -- cluster one of them is told to begin again.
  INSERT INTO visit_lease (customer_id, terminal, session, seconds, expires_at)
    VALUES (p_customer, p_terminal, UNHEX(REPEAT('00', 16)), 0, UTC_TIMESTAMP(6))
    ON DUPLICATE KEY UPDATE renewals = renewals + 1;
  SELECT IF(seconds > 0, session, NULL) INTO v_before FROM visit_lease WHERE customer_id = p_customer;
  UPDATE visit_lease
    SET terminal = p_terminal, session = p_session, seconds = p_seconds, renewals = renewals + 1,
        expires_at = TIMESTAMPADD(SECOND, p_seconds, UTC_TIMESTAMP(6))
    WHERE customer_id = p_customer AND (terminal = p_terminal OR expires_at <= UTC_TIMESTAMP(6));
  SET v_begun = ROW_COUNT();
  IF v_begun = 0 THEN
    ROLLBACK;
    START TRANSACTION;
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      SELECT p_chain, 'visit', 'served_elsewhere', p_session, c.pseudonym, JSON_OBJECT('policy', p_policy)
      FROM customer c WHERE c.id = p_customer;
  ELSEIF NOT v_before <=> p_session THEN
    INSERT INTO sign_in (customer_id, terminal, policy) VALUES (p_customer, p_terminal, p_policy);
    INSERT INTO audit (chain, event, outcome, session, subject, details)
      SELECT p_chain, 'sign_in', 'done', p_session, c.pseudonym, JSON_OBJECT('policy', p_policy)
      FROM customer c WHERE c.id = p_customer;
  END IF;
  COMMIT;
  SELECT v_begun AS begun;
END
