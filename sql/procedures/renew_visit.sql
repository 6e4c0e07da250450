-- grant: none
-- Every movement a customer asks for passes here, inside a transaction of the caller's: the lease of its visit is made
-- longer in the statement that asks whether there is one. p_reason: empty, or that the visit has ended.
CREATE PROCEDURE renew_visit(
  IN p_customer BIGINT UNSIGNED, IN p_terminal VARCHAR(32), IN p_session BINARY(16), OUT p_reason VARCHAR(32))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE visit_lease
    SET expires_at = TIMESTAMPADD(SECOND, seconds, UTC_TIMESTAMP(6)), renewals = renewals + 1
    WHERE customer_id = p_customer AND terminal = p_terminal AND session = p_session
      AND expires_at > UTC_TIMESTAMP(6);
  SET p_reason = IF(ROW_COUNT() = 1, '', 'visit_ended');
END
