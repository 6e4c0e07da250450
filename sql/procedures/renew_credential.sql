-- grant: kiosk
-- The same secret hashed anew, under the master key now active, while its owner is there to type it. Answers whether it
-- was done.
CREATE PROCEDURE renew_credential(
  IN p_customer BIGINT UNSIGNED, IN p_kind VARCHAR(16), IN p_old VARBINARY(128), IN p_new VARBINARY(128),
  IN p_chain VARCHAR(48), IN p_session BINARY(16))
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  CALL replace_hash('credential_renew', p_customer, p_kind, p_old, p_new, p_chain, p_session);
END
