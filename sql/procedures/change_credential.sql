-- grant: kiosk
-- A customer changes a hashed secret. Answers whether it was done.
CREATE PROCEDURE change_credential(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_old VARBINARY(128), IN p_new VARBINARY(128),
  IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  CALL replace_hash('credential_change', p_customer, p_kind, p_old, p_new, p_chain, p_session);
END
