-- grant: staff
-- The devices a process named when it was last heard of.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW heartbeat_device_view AS
SELECT d.terminal, d.process, d.device, d.place, d.state, d.stands_in, d.advice
FROM heartbeat_device d
JOIN heartbeat h ON h.terminal = d.terminal AND h.process = d.process AND h.beaten_at = d.beaten_at
