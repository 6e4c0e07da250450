-- grant: none
-- The account a transfer or a payment goes to, whose it is (NULL: a biller's), and what kind of movement that makes.
CREATE PROCEDURE find_payee(
  IN p_to BIGINT UNSIGNED, IN p_biller VARCHAR(24), IN p_reference VARCHAR(64), IN p_amount BIGINT,
  IN p_currency CHAR(3), OUT p_account BIGINT UNSIGNED, OUT p_customer BIGINT UNSIGNED, OUT p_kind VARCHAR(24),
  OUT p_reason VARCHAR(32))
SQL SECURITY DEFINER
READS SQL DATA
answer: BEGIN
  DECLARE v_pattern VARCHAR(64);
  DECLARE v_least, v_most BIGINT;
  DECLARE v_currency CHAR(3) DEFAULT NULL;
  SET p_account = NULL, p_customer = NULL, p_kind = 'transfer', p_reason = 'payee_not_open';

  IF p_biller <> '' THEN
    SELECT b.account_id, b.reference_pattern, b.least, b.most, IF(b.category = 'mobile', 'top_up', 'payment')
      INTO p_account, v_pattern, v_least, v_most, p_kind
      FROM biller b WHERE b.code = p_biller AND b.active = 1;
    IF p_account IS NULL THEN
      LEAVE answer;
    ELSEIF p_reference NOT REGEXP v_pattern THEN
      SET p_reason = 'reference_not_valid';
      LEAVE answer;
    ELSEIF p_amount NOT BETWEEN v_least AND v_most THEN
      SET p_reason = 'amount_not_accepted';
      LEAVE answer;
    END IF;
    SELECT a.currency INTO v_currency FROM account a WHERE a.id = p_account AND a.status = 'open';
  ELSE
    SELECT a.id, a.customer_id, a.currency INTO p_account, p_customer, v_currency
      FROM account a JOIN customer c ON c.id = a.customer_id
      WHERE a.id = p_to AND a.status = 'open' AND c.status = 'active';
  END IF;
  IF v_currency IS NOT NULL THEN
    SET p_reason = IF(v_currency = p_currency, '', 'other_currency');
  END IF;
END
