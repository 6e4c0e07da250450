-- grant: staff
-- Somebody whose bills are paid here, with the account they are paid to. Repeating it changes what is different.
CREATE PROCEDURE set_up_biller(
  IN p_code VARCHAR(24), IN p_name VARCHAR(64), IN p_category VARCHAR(24), IN p_currency CHAR(3),
  IN p_pattern VARCHAR(64), IN p_least BIGINT, IN p_most BIGINT)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  START TRANSACTION;
  INSERT INTO account (number, kind, currency) VALUES (CONCAT('BILLER-', p_code), 'biller', p_currency)
    ON DUPLICATE KEY UPDATE number = number;
  INSERT INTO biller (code, name, category, account_id, reference_pattern, least, most)
    SELECT p_code, p_name, p_category, a.id, p_pattern, p_least, p_most
    FROM account a WHERE a.number = CONCAT('BILLER-', p_code)
    ON DUPLICATE KEY UPDATE name = p_name, category = p_category, reference_pattern = p_pattern, least = p_least,
                            most = p_most, active = 1;
  COMMIT;
END
