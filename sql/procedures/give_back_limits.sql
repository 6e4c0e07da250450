-- grant: none
-- A voided hold no longer counts against the limits of its day. How often somebody tried stays counted.
CREATE PROCEDURE give_back_limits(IN p_request BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE limit_use u
    JOIN hold h ON h.request_id = p_request
    JOIN account a ON a.id = h.account_id AND u.customer_id = a.customer_id AND u.currency = a.currency
    SET u.amount = u.amount - h.amount
    WHERE u.kind = IF(h.kind = 'withdrawal', 'withdrawal', 'cash_deposit') AND u.day = h.day AND u.amount >= h.amount;
END
