-- From the table of the PECL extension session_mysql, phpsession, into rustdb's. Run it in the database of rustdb's
-- table; session_mysql's own is usually called phpsession too: then write phpsession.phpsession.
--
-- 21600: seconds that a session lives after its last use, session_mysql.gc_maxlifetime.
-- With session_mysql.hostcheck=1 the sites of a server share that table, each seeing its own sessions. rustdb keeps sites
-- apart by tables or databases: run the statement once for each, with the line of sess_host.
--
-- The old table has no unique key: of two rows of one id the one used last is taken. A session that rustdb already has
-- stays as it is, so the statement may be run again. version is a random number, as rustdb gives one to each write.
INSERT INTO rustdb_sessions (id, version, codec, created_at, expires_at, data)
SELECT UNHEX(SHA2(sess_key, 256)), CONV(LEFT(SHA2(CONCAT(sess_key, RAND(), UUID()), 256), 16), 16, 10), 0,
  sess_mtime, sess_mtime + 21600, sess_val
FROM phpsession
WHERE sess_mtime + 21600 > UNIX_TIMESTAMP() AND sess_val <> ''
--  AND sess_host = 'www.example.com'
ORDER BY sess_mtime DESC
ON DUPLICATE KEY UPDATE rustdb_sessions.id = rustdb_sessions.id;
