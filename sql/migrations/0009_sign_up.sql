-- Who opens an account at a machine: frozen until everything of them is there, then active; given up, they are erased.
-- outcome: empty while it is under way, then done or given_up.
CREATE TABLE sign_up (
  customer_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  chain VARCHAR(48) NOT NULL,
  session BINARY(16) NOT NULL,
  outcome VARCHAR(16) NOT NULL DEFAULT '' CHECK (outcome IN ('', 'done', 'given_up')),
  begun_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  ended_at TIMESTAMP(6) NULL,
  KEY of_chain (chain, outcome),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB;

-- A code proves an address before there is a customer who has it.
ALTER TABLE one_time_code MODIFY customer_id BIGINT UNSIGNED NULL;

ALTER TABLE one_time_code ADD KEY by_binding (purpose, binding);
