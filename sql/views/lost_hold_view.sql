-- grant: staff
-- Holds of which no device knew where the notes are, settled by staff since or not. account_end: the last four digits.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW lost_hold_view AS
SELECT h.request_id, h.terminal, h.kind, h.amount, a.currency, RIGHT(a.number, 4) AS account_end, h.notes, h.fate,
  h.created_at, h.settled_at, h.counted, h.resolved
FROM hold h JOIN account a ON a.id = h.account_id WHERE h.state = 'suspended'
