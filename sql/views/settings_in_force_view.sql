-- grant: kiosk, staff
-- The newest publication for all terminals (terminal empty), and the newest for each that has some of its own.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW settings_in_force_view AS
SELECT p.version, p.terminal, p.content, p.digest, p.again_of, p.program, p.published_by, p.published_at, p.key_id,
  p.seal
FROM published_settings p
WHERE NOT EXISTS (SELECT 1 FROM published_settings q WHERE q.terminal = p.terminal AND q.version > p.version)
