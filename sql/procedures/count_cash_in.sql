-- grant: none
-- Notes a machine kept, counted into what it took in. p_notes: [{"denomination": minor units, "count": n}].
CREATE PROCEDURE count_cash_in(IN p_terminal VARCHAR(32), IN p_currency CHAR(3), IN p_notes VARCHAR(512))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  INSERT INTO cash_in_unit (terminal, denomination, currency, accepted)
    SELECT p_terminal, n.denomination, p_currency, 0
    FROM JSON_TABLE(p_notes, '$[*]' COLUMNS (denomination BIGINT PATH '$.denomination')) n
    ON DUPLICATE KEY UPDATE terminal = p_terminal;
  UPDATE cash_in_unit u
    JOIN JSON_TABLE(p_notes, '$[*]' COLUMNS (
      denomination BIGINT PATH '$.denomination', count INT PATH '$.count')) n ON n.denomination = u.denomination
    SET u.accepted = u.accepted + n.count
    WHERE u.terminal = p_terminal AND u.currency = p_currency;
END
