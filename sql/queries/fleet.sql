-- name: fleet_page(states, name, skip, count)
SELECT terminal, state, reason, version, since, beaten_at, silent_seconds, clock_ahead, cash, currency, low_units,
  empty_units, devices_down, worst
FROM fleet_view
WHERE (:states = '' OR FIND_IN_SET(state, :states)) AND LOCATE(:name, UPPER(terminal)) > 0
ORDER BY urgency, terminal LIMIT :skip, :count;

-- name: fleet_counts()
SELECT state, version, COUNT(*) AS terminals, MAX(ABS(clock_ahead)) AS clock_off, MAX(silent_seconds) AS longest_silence
FROM fleet_view GROUP BY state, version ORDER BY state, version;

-- name: watch_fleet(terminal, claim, every, silent_after, clock_off, other_version_after)
CALL watch_fleet(:terminal, :claim, :every, :silent_after, :clock_off, :other_version_after);
