-- grant: kiosk, staff
-- Which published settings each terminal runs, beside those in force for it; 0: none.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW terminal_settings_view AS
SELECT t.terminal, t.general_version, t.own_version, t.refused_version, t.reason, t.told_at,
  COALESCE((SELECT MAX(p.version) FROM published_settings p WHERE p.terminal = ''), 0) AS general_in_force,
  COALESCE((SELECT MAX(p.version) FROM published_settings p WHERE p.terminal = t.terminal), 0) AS own_in_force
FROM terminal_settings t
