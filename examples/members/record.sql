-- Notes who is here. To be run every five minutes; more often does no harm.
INSERT INTO member_hours (hour, visitors, signed_in, once)
SELECT UNIX_TIMESTAMP() DIV 3600 * 3600, n.visitors, n.signed_in, n.once FROM member_now n
ON DUPLICATE KEY UPDATE
  visitors = GREATEST(member_hours.visitors, n.visitors),
  signed_in = GREATEST(member_hours.signed_in, n.signed_in),
  once = GREATEST(member_hours.once, n.once);
