-- name: customer_by_number(number)
SELECT id, number, pseudonym, status, key_id, wrapped FROM customer_view WHERE number = :number;

-- name: customer_by_id(customer)
SELECT id, number, pseudonym, status, key_id, wrapped FROM customer_view WHERE id = :customer;

-- name: details_of(customer)
SELECT kind, sealed FROM customer_detail_view WHERE customer_id = :customer;

-- name: credential_of(customer, kind)
SELECT hash FROM credential_view WHERE customer_id = :customer AND kind = :kind;

-- name: enrol_customer(number, pseudonym, key_id, wrapped, details, tokens, chain)
CALL enrol_customer(:number, :pseudonym, :key_id, :wrapped, :details, :tokens, :chain);

-- name: erase_customer(number, chain)
CALL erase_customer(:number, :chain);

-- name: set_credential(customer, kind, hash, chain)
CALL set_credential(:customer, :kind, :hash, :chain);

-- name: face_templates()
SELECT id, customer_id, position, family, sealed, pseudonym, key_id, wrapped FROM template_view WHERE kind = 'face';

-- name: face_count()
SELECT faces, newest, sum_of_ids FROM face_count_view;

-- name: faces_after(newest)
SELECT id, customer_id, position, family, sealed, pseudonym, key_id, wrapped FROM template_view
WHERE kind = 'face' AND id > :newest;

-- name: customers_with_face()
SELECT customer_id FROM template_view WHERE kind = 'face';

-- name: customers_with_palm(family, count)
SELECT DISTINCT customer_id FROM template_view WHERE kind = 'palm' AND family = :family LIMIT :count;

-- name: palm_templates(family)
SELECT id, customer_id, position, family, sealed, pseudonym, key_id, wrapped FROM template_view
WHERE kind = 'palm' AND family = :family;

-- name: enrolled_face(customer)
SELECT id, customer_id, position, family, sealed, pseudonym, key_id, wrapped FROM enrolled_face_view
WHERE customer_id = :customer;

-- name: learn_face(customer, base, sealed, seconds, kept, chain, session)
CALL learn_face(:customer, :base, :sealed, :seconds, :kept, :chain, :session);

-- name: forget_learned_face(customer, chain)
CALL forget_learned_face(:customer, :chain);

-- name: templates_of(customer, kind)
SELECT id, customer_id, position, family, sealed, pseudonym, key_id, wrapped FROM template_view
WHERE customer_id = :customer AND kind = :kind ORDER BY id;

-- name: store_template(customer, kind, position, family, quality, sealed, chain)
CALL store_template(:customer, :kind, :position, :family, :quality, :sealed, :chain);

-- name: consents_of(customer)
SELECT kind, version, given_at, revoked_at FROM consent_view WHERE customer_id = :customer ORDER BY id;

-- name: give_consent(customer, kind, version, chain, session)
CALL give_consent(:customer, :kind, :version, :chain, :session);

-- name: revoke_consent(customer, kind, chain, session)
CALL revoke_consent(:customer, :kind, :chain, :session);

-- name: enrolment_of(number)
SELECT id, faces, fingers, palms, credentials, erased FROM enrolment_view WHERE number = :number;

-- name: somebody_else(numbers)
SELECT EXISTS (SELECT 1 FROM enrolment_view WHERE erased = 0 AND FIND_IN_SET(number, :numbers) = 0) AS found;

-- name: customer_by_user_name(token)
SELECT c.id, c.number, c.pseudonym, c.status, c.key_id, c.wrapped
FROM customer_index_view i JOIN customer_view c ON c.id = i.customer_id WHERE i.kind = 'user_name' AND i.token = :token;

-- name: begin_sign_up(number, pseudonym, key_id, wrapped, details, tokens, credentials, consents, version, chain, session)
CALL begin_sign_up(
  :number, :pseudonym, :key_id, :wrapped, :details, :tokens, :credentials, :consents, :version, :chain, :session);

-- name: finish_sign_up(customer, session, templates, bank, account, kind, currency, chain)
CALL finish_sign_up(:customer, :session, :templates, :bank, :account, :kind, :currency, :chain);

-- name: give_up_sign_ups(session, chain)
CALL give_up_sign_ups(:session, :chain);

-- name: import_customer(number, pseudonym, key_id, wrapped, details, tokens, consents, version, templates, bank, account, kind, currency, opening, request, dry_run, event, pin, app, step, document, terminal, chain)
CALL import_customer(
  :number, :pseudonym, :key_id, :wrapped, :details, :tokens, :consents, :version, :templates, :bank, :account, :kind,
  :currency, :opening, :request, :dry_run, :event, :pin, :app, :step, :document, :terminal, :chain);

-- name: store_document(customer, sealed, chain)
CALL store_document(:customer, :sealed, :chain);

-- name: document_of(customer)
SELECT sealed, taken_at, pseudonym, key_id, wrapped FROM customer_document_view WHERE customer_id = :customer;

-- name: search_customers(tokens, words, after, count)
CALL search_customers(:tokens, :words, :after, :count);

-- name: customers_after(after, count)
SELECT v.id, v.number, v.pseudonym, v.status, v.key_id, v.wrapped, d.kind, d.sealed
FROM (SELECT * FROM customer_view WHERE id > :after ORDER BY id LIMIT :count) v
JOIN customer_detail_view d ON d.customer_id = v.id ORDER BY v.id;

-- name: listed_accounts(customer)
SELECT bank, number, kind, currency, balance FROM account_view WHERE customer_id = :customer ORDER BY id;
