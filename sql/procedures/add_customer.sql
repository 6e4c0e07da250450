-- grant: none
-- A customer with a data key of their own, sealed details and blind indexes, inside a transaction of the caller's.
-- p_details: [{"kind": …, "sealed": hex}], p_tokens: [{"kind": …, "token": hex}]. Nothing is done under a master key that
-- is no longer in force, and nobody gets a number twice: p_added is NULL then.
CREATE PROCEDURE add_customer(
  IN p_number VARCHAR(16), IN p_pseudonym BINARY(16), IN p_status VARCHAR(16), IN p_key_id VARCHAR(16),
  IN p_wrapped VARBINARY(128), IN p_details LONGTEXT, IN p_tokens LONGTEXT, OUT p_in_force VARCHAR(16),
  OUT p_added BIGINT UNSIGNED)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  SET p_in_force = NULL, p_added = NULL;
  -- Shared: a rotation begins after the enrolments that are under way, and finds what they wrote.
  SELECT m.key_id INTO p_in_force FROM master_key m ORDER BY m.place DESC LIMIT 1 LOCK IN SHARE MODE;
  IF p_in_force = p_key_id AND NOT EXISTS (SELECT 1 FROM customer WHERE number = p_number) THEN
    INSERT INTO customer (number, pseudonym, status) VALUES (p_number, p_pseudonym, p_status);
    SET p_added = LAST_INSERT_ID();
    INSERT INTO data_key (customer_id, key_id, wrapped) VALUES (p_added, p_key_id, p_wrapped);
    INSERT INTO customer_detail (customer_id, kind, sealed)
      SELECT p_added, d.kind, UNHEX(d.sealed)
      FROM JSON_TABLE(p_details, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$.kind', sealed TEXT PATH '$.sealed')) d;
    INSERT INTO customer_index (customer_id, kind, token)
      SELECT DISTINCT p_added, t.kind, UNHEX(t.token)
      FROM JSON_TABLE(p_tokens, '$[*]' COLUMNS (kind VARCHAR(16) PATH '$.kind', token CHAR(64) PATH '$.token')) t;
  END IF;
END
