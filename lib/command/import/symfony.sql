-- From the table of Symfony's PdoSessionHandler (its createTable(), or the migration of Symfony's manual) into rustdb's.
-- Run it in the database of rustdb's table; where Symfony's table lies in another one, write `other`.sessions.
--
-- sess_lifetime is the end of the session; Symfony before 4.4 stored its length there, and both may be in one table.
-- Afterwards: framework.session.handler_id: null in Symfony's configuration, so that php.ini's save handler is used.
--
-- A session that rustdb already has stays as it is, so the statement may be run again. version is a random number, as
-- rustdb gives one to each write.
INSERT INTO rustdb_sessions (id, version, codec, created_at, expires_at, data)
SELECT UNHEX(SHA2(sess_id, 256)), CONV(LEFT(SHA2(CONCAT(sess_id, RAND(), UUID()), 256), 16), 16, 10), 0,
  sess_time, IF(sess_lifetime > 315576000, sess_lifetime, sess_time + sess_lifetime), sess_data
FROM sessions
WHERE IF(sess_lifetime > 315576000, sess_lifetime, sess_time + sess_lifetime) > UNIX_TIMESTAMP() AND sess_data <> ''
ON DUPLICATE KEY UPDATE rustdb_sessions.id = rustdb_sessions.id;
