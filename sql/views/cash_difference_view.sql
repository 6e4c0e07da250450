-- grant: staff
-- By terminal: what its counters say is in the machine, less what the books say. Notes nobody can find stay in the
-- machine's account until staff or an exchange settle them.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW cash_difference_view AS
SELECT t.terminal,
  (SELECT COALESCE(SUM(u.denomination * (u.initial - u.presented - u.unknown)), 0) FROM cash_unit u
    WHERE u.terminal = t.terminal)
    + (SELECT COALESCE(SUM(i.denomination * i.accepted), 0) FROM cash_in_unit i WHERE i.terminal = t.terminal)
    + (SELECT COALESCE(SUM(h.amount), 0) FROM hold h
        WHERE h.terminal = t.terminal AND h.state = 'suspended' AND h.kind = 'withdrawal' AND h.counted = 0
          AND h.resolved = '')
    + (SELECT COALESCE(SUM(a.balance), 0) FROM account a WHERE a.number LIKE CONCAT('CASH-', t.terminal, '-___'))
    AS cash_difference
FROM terminal t
