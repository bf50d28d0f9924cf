-- From the table of the session classes of old tutorials, sessions (id, data, updated), into rustdb's. Run it in the
-- database of rustdb's table. Your names differ? Change them below the word FROM, within the brackets.
--
-- updated: unix seconds of the last use (often called access, timestamp or last_access). For a TIMESTAMP or DATETIME
--          write UNIX_TIMESTAMP(updated) AS updated.
-- data:    what PHP has serialised. A class that encoded it needs the way back, as in FROM_BASE64(data) AS data. Where
--          the column is text and the class connected with another character set than the column's, PHP's lengths are
--          those of the connection: CONVERT(data USING latin1) AS data for a column of utf8 and a connection of latin1.
-- 1440:    seconds that a session lives after its last use, session.gc_maxlifetime.
--
-- Afterwards remove the class: an application's own session_set_save_handler() wins over php.ini.
--
-- A session that rustdb already has stays as it is, so the statement may be run again. version is a random number, as
-- rustdb gives one to each write.
INSERT INTO rustdb_sessions (id, version, codec, created_at, expires_at, data)
SELECT UNHEX(SHA2(old.id, 256)), CONV(LEFT(SHA2(CONCAT(old.id, RAND(), UUID()), 256), 16), 16, 10), 0,
  old.updated, old.updated + 1440, CAST(old.data AS BINARY)
FROM (SELECT id, data, updated FROM sessions) old
WHERE old.updated + 1440 > UNIX_TIMESTAMP() AND old.data <> ''
ON DUPLICATE KEY UPDATE rustdb_sessions.id = rustdb_sessions.id;
