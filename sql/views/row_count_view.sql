-- grant: staff
-- How many rows each table has, so that a restored database can be compared with its backup. A test wants every table.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW row_count_view AS
SELECT 'account' AS name, COUNT(*) AS lines_kept FROM account
UNION ALL SELECT 'account_kind' AS name, COUNT(*) AS lines_kept FROM account_kind
UNION ALL SELECT 'audit' AS name, COUNT(*) AS lines_kept FROM audit
UNION ALL SELECT 'audit_head' AS name, COUNT(*) AS lines_kept FROM audit_head
UNION ALL SELECT 'audit_seal' AS name, COUNT(*) AS lines_kept FROM audit_seal
UNION ALL SELECT 'authenticator' AS name, COUNT(*) AS lines_kept FROM authenticator
UNION ALL SELECT 'bank' AS name, COUNT(*) AS lines_kept FROM bank
UNION ALL SELECT 'biller' AS name, COUNT(*) AS lines_kept FROM biller
UNION ALL SELECT 'cash_exchange' AS name, COUNT(*) AS lines_kept FROM cash_exchange
UNION ALL SELECT 'cash_in_unit' AS name, COUNT(*) AS lines_kept FROM cash_in_unit
UNION ALL SELECT 'cash_unit' AS name, COUNT(*) AS lines_kept FROM cash_unit
UNION ALL SELECT 'confirmation' AS name, COUNT(*) AS lines_kept FROM confirmation
UNION ALL SELECT 'consent' AS name, COUNT(*) AS lines_kept FROM consent
UNION ALL SELECT 'credential' AS name, COUNT(*) AS lines_kept FROM credential
UNION ALL SELECT 'customer' AS name, COUNT(*) AS lines_kept FROM customer
UNION ALL SELECT 'customer_detail' AS name, COUNT(*) AS lines_kept FROM customer_detail
UNION ALL SELECT 'customer_document' AS name, COUNT(*) AS lines_kept FROM customer_document
UNION ALL SELECT 'customer_index' AS name, COUNT(*) AS lines_kept FROM customer_index
UNION ALL SELECT 'cut_off' AS name, COUNT(*) AS lines_kept FROM cut_off
UNION ALL SELECT 'data_key' AS name, COUNT(*) AS lines_kept FROM data_key
UNION ALL SELECT 'fee_rule' AS name, COUNT(*) AS lines_kept FROM fee_rule
UNION ALL SELECT 'heartbeat' AS name, COUNT(*) AS lines_kept FROM heartbeat
UNION ALL SELECT 'heartbeat_device' AS name, COUNT(*) AS lines_kept FROM heartbeat_device
UNION ALL SELECT 'hold' AS name, COUNT(*) AS lines_kept FROM hold
UNION ALL SELECT 'invented_lockout' AS name, COUNT(*) AS lines_kept FROM invented_lockout
UNION ALL SELECT 'journal' AS name, COUNT(*) AS lines_kept FROM journal
UNION ALL SELECT 'limit_rule' AS name, COUNT(*) AS lines_kept FROM limit_rule
UNION ALL SELECT 'limit_use' AS name, COUNT(*) AS lines_kept FROM limit_use
UNION ALL SELECT 'listed_code' AS name, COUNT(*) AS lines_kept FROM listed_code
UNION ALL SELECT 'lockout' AS name, COUNT(*) AS lines_kept FROM lockout
UNION ALL SELECT 'master_key' AS name, COUNT(*) AS lines_kept FROM master_key
UNION ALL SELECT 'one_time_code' AS name, COUNT(*) AS lines_kept FROM one_time_code
UNION ALL SELECT 'payee' AS name, COUNT(*) AS lines_kept FROM payee
UNION ALL SELECT 'posting' AS name, COUNT(*) AS lines_kept FROM posting
UNION ALL SELECT 'request' AS name, COUNT(*) AS lines_kept FROM request
UNION ALL SELECT 'reversal' AS name, COUNT(*) AS lines_kept FROM reversal
UNION ALL SELECT 'sign_in' AS name, COUNT(*) AS lines_kept FROM sign_in
UNION ALL SELECT 'sign_up' AS name, COUNT(*) AS lines_kept FROM sign_up
UNION ALL SELECT 'staff_account' AS name, COUNT(*) AS lines_kept FROM staff_account
UNION ALL SELECT 'staff_approval' AS name, COUNT(*) AS lines_kept FROM staff_approval
UNION ALL SELECT 'template' AS name, COUNT(*) AS lines_kept FROM template
UNION ALL SELECT 'terminal' AS name, COUNT(*) AS lines_kept FROM terminal
UNION ALL SELECT 'visit_lease' AS name, COUNT(*) AS lines_kept FROM visit_lease
