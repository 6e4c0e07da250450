-- name: master_keys()
SELECT key_id, added_at, rotated_at, data_keys, credentials, seals FROM master_key_view ORDER BY place;

-- name: registered_keys()
SELECT key_id, proof, rotated_at FROM master_key_view ORDER BY place;

-- name: key_in_force()
SELECT key_id FROM master_key_view ORDER BY place DESC LIMIT 1;

-- name: register_key(key_id, proof, chain)
CALL register_key(:key_id, :proof, :chain);

-- name: wrapped_otherwise(key_id, after)
SELECT id, pseudonym, key_id, wrapped FROM customer_view WHERE key_id <> :key_id AND id > :after ORDER BY id LIMIT 100;

-- name: rewrap_customer(customer, old, key_id, wrapped, tokens)
CALL rewrap_customer(:customer, :old, :key_id, :wrapped, :tokens);

-- name: finish_rotation(key_id, customers, left, chain)
CALL finish_rotation(:key_id, :customers, :left, :chain);
