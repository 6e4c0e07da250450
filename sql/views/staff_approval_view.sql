-- grant: staff
-- Which master key an approval was bound under, and who gave it, with the role they have now.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW staff_approval_view AS
SELECT a.id, a.key_id, s.pseudonym AS approver, s.role
FROM staff_approval a JOIN staff_account s ON s.id = a.approved_by
