-- grant: staff
-- Customers whose blind indexes hold each of p_words words; p_tokens: [{"word": n, "kind": …, "token": hex}], several
-- tokens of a word where it may be of several kinds or indexed under several keys. A page of p_count customers after
-- the id p_after, a line for each of their details. Erased ones have no index.
CREATE PROCEDURE search_customers(
  IN p_tokens LONGTEXT, IN p_words INT, IN p_after BIGINT UNSIGNED, IN p_count INT UNSIGNED)
SQL SECURITY DEFINER
READS SQL DATA
BEGIN
  SELECT v.id, v.number, v.pseudonym, v.status, v.key_id, v.wrapped, d.kind, d.sealed
  FROM (
    SELECT i.customer_id
    FROM JSON_TABLE(p_tokens, '$[*]' COLUMNS (
      word INT PATH '$.word', kind VARCHAR(16) PATH '$.kind', token CHAR(64) PATH '$.token')) t
    JOIN customer_index i ON i.kind = t.kind AND i.token = UNHEX(t.token)
    WHERE i.customer_id > p_after
    GROUP BY i.customer_id HAVING COUNT(DISTINCT t.word) = p_words
    ORDER BY i.customer_id LIMIT p_count) page
  JOIN customer_view v ON v.id = page.customer_id
  JOIN customer_detail d ON d.customer_id = v.id
  ORDER BY v.id;
END
