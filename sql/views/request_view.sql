-- grant: staff
-- Which requests the books have heard of.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW request_view AS
SELECT request_id, outcome FROM request
