-- grant: staff
-- Everything the centre ever published for the fleet's settings.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW published_settings_view AS
SELECT version, terminal, content, digest, again_of, program, published_by, published_at, key_id, seal
FROM published_settings
