-- grant: kiosk
-- Destroy what a sign-up of this machine left that was not finished: of one session, or of every one of them where
-- p_session is empty. Answers how many there were.
CREATE PROCEDURE give_up_sign_ups(IN p_session VARBINARY(16), IN p_chain VARCHAR(48))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE v_customer BIGINT UNSIGNED DEFAULT NULL;
  DECLARE v_count INT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  REPEAT
    SET v_customer = NULL;
    SELECT MIN(customer_id) INTO v_customer FROM sign_up
      WHERE chain = p_chain AND outcome = '' AND (p_session = '' OR session = p_session) FOR UPDATE;
    IF v_customer IS NOT NULL THEN
      CALL destroy_customer(v_customer);
      UPDATE sign_up SET outcome = 'given_up', ended_at = CURRENT_TIMESTAMP(6) WHERE customer_id = v_customer;
      INSERT INTO audit (chain, event, outcome, session, subject, details)
        SELECT p_chain, 'sign_up', 'given_up', s.session, c.pseudonym, '{}'
        FROM sign_up s JOIN customer c ON c.id = s.customer_id WHERE s.customer_id = v_customer;
      SET v_count = v_count + 1;
    END IF;
  UNTIL v_customer IS NULL END REPEAT;
  COMMIT;
  SELECT v_count AS given_up;
END
