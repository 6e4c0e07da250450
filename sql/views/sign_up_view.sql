-- grant: staff
-- Customers who opened their account at a machine and whom nobody at the branch has looked at yet.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW sign_up_view AS
SELECT c.number, s.chain, s.ended_at
FROM sign_up s JOIN customer c ON c.id = s.customer_id
WHERE s.outcome = 'done' AND s.reviewed_at IS NULL AND c.status <> 'erased'
