-- grant: staff
-- Exchanges of cassettes with what was counted, place by place, and the two who did it.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW cash_exchange_view AS
SELECT e.terminal, e.period, e.request_id, e.journal_id, e.at, e.booked, e.counted, e.loaded, e.currency, e.places,
  e.done_by, COALESCE(d.user_name, '') AS user_name, COALESCE(s.user_name, '') AS second_name
FROM cash_exchange e LEFT JOIN staff_account d ON d.pseudonym = e.done_by
  LEFT JOIN staff_account s ON s.pseudonym = e.signed_by
