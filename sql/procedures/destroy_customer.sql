-- grant: none
-- Destroy what a customer is known by, inside a transaction of the caller's: the data key first of all, without which
-- name, contacts and templates are noise wherever a copy of them lies; then the rows themselves, overwritten in place.
-- Number, accounts, ledger and audit stay under the pseudonym, and the number is never given again.
CREATE PROCEDURE destroy_customer(IN p_customer BIGINT UNSIGNED)
SQL SECURITY DEFINER
MODIFIES SQL DATA
BEGIN
  UPDATE customer SET status = 'erased' WHERE id = p_customer;
  UPDATE data_key SET key_id = '', wrapped = UNHEX(REPEAT('00', LENGTH(wrapped))) WHERE customer_id = p_customer;
  UPDATE customer_detail SET sealed = UNHEX(REPEAT('00', LENGTH(sealed))) WHERE customer_id = p_customer;
  UPDATE customer_index SET token = RANDOM_BYTES(32) WHERE customer_id = p_customer;
  UPDATE credential SET hash = UNHEX(REPEAT('00', LENGTH(hash))) WHERE customer_id = p_customer;
  UPDATE template SET sealed = UNHEX(REPEAT('00', LENGTH(sealed))), active = 0 WHERE customer_id = p_customer;
  UPDATE consent SET revoked_at = COALESCE(revoked_at, CURRENT_TIMESTAMP(6)) WHERE customer_id = p_customer;
  UPDATE payee SET sealed = UNHEX(REPEAT('00', LENGTH(sealed))), active = 0 WHERE customer_id = p_customer;
  UPDATE one_time_code SET mac = UNHEX(REPEAT('00', 32)), ended_at = COALESCE(ended_at, UTC_TIMESTAMP(6))
    WHERE customer_id = p_customer;
  UPDATE authenticator SET sealed = UNHEX(REPEAT('00', LENGTH(sealed))) WHERE customer_id = p_customer;
  UPDATE customer_document SET sealed = '' WHERE customer_id = p_customer;
  UPDATE listed_code SET mac = UNHEX(REPEAT('00', 32)), tries_left = 0 WHERE customer_id = p_customer;
  UPDATE sign_in SET terminal = '', policy = '' WHERE customer_id = p_customer;
  UPDATE confirmation SET state = 'failed' WHERE customer_id = p_customer AND state = 'owed';
  UPDATE account SET status = 'closed', version = version + 1 WHERE customer_id = p_customer;
END
