-- grant: none
-- Put wrapped data keys back beside the rows of a backup. p_keys: [{"pseudonym": hex, "key_id": …, "wrapped": hex}]; an
-- empty key_id stands for who was erased. Customers the rows do not know are passed by.
CREATE PROCEDURE restore_data_keys(IN p_keys LONGTEXT)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  INSERT INTO data_key (customer_id, key_id, wrapped)
    SELECT c.id, k.key_id, UNHEX(k.wrapped)
    FROM JSON_TABLE(p_keys, '$[*]' COLUMNS (
      pseudonym CHAR(32) PATH '$.pseudonym', key_id VARCHAR(16) PATH '$.key_id', wrapped VARCHAR(256) PATH '$.wrapped')) k
    JOIN customer c ON c.pseudonym = UNHEX(k.pseudonym);
END
