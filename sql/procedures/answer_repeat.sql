-- grant: none
-- The answer to a posting that was asked for before: what was stored, or a refusal when its payload was another. The
-- balance is that of p_account, where p_customer, if one is given, owns it.
CREATE PROCEDURE answer_repeat(
  IN p_request BINARY(16), IN p_payload BINARY(32), IN p_customer BIGINT UNSIGNED, IN p_account BIGINT UNSIGNED)
SQL SECURITY DEFINER
READS SQL DATA
BEGIN
  SELECT IF(r.payload = p_payload, r.outcome, 'refused') AS outcome,
         IF(r.payload = p_payload, r.reason, 'other_payload') AS reason, COALESCE(r.journal_id, 0) AS journal_id,
         (SELECT a.balance FROM account a
          WHERE a.id = p_account AND (p_customer IS NULL OR a.customer_id = p_customer)) AS balance
  FROM request r WHERE r.request_id = p_request;
END
