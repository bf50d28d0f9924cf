-- What the member area has beside rustdb's own tables, which have to be there: examples/schema.sql, with rustdb_sessions
-- replaced by the name of rustdb.table.

CREATE TABLE IF NOT EXISTS members (
  name VARBINARY(64) NOT NULL PRIMARY KEY, -- the label of the member's sessions
  password VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- password_hash()
  admin TINYINT NOT NULL DEFAULT 0
) ENGINE=InnoDB;

-- From what a member has signed in, so that the list of devices says more than times.
CREATE TABLE IF NOT EXISTS member_devices (
  handle BINARY(16) NOT NULL PRIMARY KEY, -- as in Rustdb\sessions()
  agent VARBINARY(200) NOT NULL
) ENGINE=InnoDB;

-- Who is here: sessions that were used in the last five minutes, exact to rustdb.touch_interval (one minute). `once` are those
-- that came for one request and have not come back, which rustdb.new_lifetime (120 seconds) ends early: crawlers, and who has
-- just arrived (and a guest in the last two minutes of rustdb.absolute_lifetime). They are no visitors yet. It is seen_at that
-- expires_at is compared with: both are written at a request's end, created_at is its beginning.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW member_now AS
SELECT
  COALESCE(SUM(NOT once), 0) AS visitors,
  COALESCE(SUM(label IS NOT NULL), 0) AS signed_in,
  COUNT(DISTINCT label) AS members,
  COALESCE(SUM(once), 0) AS once
FROM (
  SELECT labels.label, labels.label IS NULL AND sessions.expires_at <= sessions.seen_at + 120 AS once
  FROM member_sessions sessions LEFT JOIN member_sessions_label labels ON labels.handle = sessions.handle
  WHERE sessions.expires_at > UNIX_TIMESTAMP()
    AND sessions.seen_at > UNIX_TIMESTAMP() - 300
    AND (sessions.handle IS NULL OR labels.handle IS NOT NULL) -- else it was signed out
) seen;

-- The most at once in each hour; record.sql fills it.
CREATE TABLE IF NOT EXISTS member_hours (
  hour BIGINT UNSIGNED NOT NULL PRIMARY KEY, -- its beginning, unix seconds by the server's clock
  visitors INT UNSIGNED NOT NULL,
  signed_in INT UNSIGNED NOT NULL,
  once INT UNSIGNED NOT NULL
) ENGINE=InnoDB;
