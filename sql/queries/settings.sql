-- name: publish_settings(version, terminal, content, digest, again_of, program, published_by, key_id, seal, chain)
CALL publish_settings(
  :version, :terminal, :content, :digest, :again_of, :program, :published_by, :key_id, :seal, :chain);

-- name: tell_settings(terminal, general_version, own_version, refused_version, reason)
CALL tell_settings(:terminal, :general_version, :own_version, :refused_version, :reason);

-- name: published_settings()
SELECT version, terminal, content, digest, again_of, program, published_by, published_at, key_id, seal
FROM published_settings_view ORDER BY version;

-- name: settings_in_force(terminal)
SELECT version, terminal, content, digest, again_of, program, published_by, published_at, key_id, seal
FROM settings_in_force_view WHERE terminal IN ('', :terminal) ORDER BY terminal;

-- name: newest_settings(terminal)
SELECT terminal, version FROM settings_in_force_view WHERE terminal IN ('', :terminal);

-- name: told_settings()
SELECT terminal, general_version, own_version, refused_version, reason, told_at, general_in_force, own_in_force
FROM terminal_settings_view ORDER BY terminal;

-- name: told_settings_of(terminal)
SELECT terminal, general_version, own_version, refused_version, reason, told_at, general_in_force, own_in_force
FROM terminal_settings_view WHERE terminal = :terminal;
