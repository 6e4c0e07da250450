-- grant: kiosk
-- The lease of a visit is given back; of another visit nothing is.
CREATE PROCEDURE end_visit(IN p_customer BIGINT UNSIGNED, IN p_terminal VARCHAR(32), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE visit_lease SET expires_at = UTC_TIMESTAMP(6), renewals = renewals + 1
    WHERE customer_id = p_customer AND terminal = p_terminal AND session = p_session
      AND expires_at > UTC_TIMESTAMP(6);
END
