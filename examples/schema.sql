-- The tables that rustdb keeps sessions in: the sessions, and beside them leases, tickets and labels. rustdb creates each
-- on first need (rustdb.create_table=1); apply this file where its user may not create tables. Put the name of
-- rustdb.table in where it is another one: the names of the others begin with it.

-- Sessions, in every lock mode.
--
-- id          SHA-256 of the session id
-- version     a random value chosen for each write; a write states the version that it read
-- codec       how data is stored: 0 as PHP serialised it, 1 compressed (zstd), 2 encrypted (AES-256-GCM; the first 4
--             bytes of data name the key), 3 compressed and encrypted; from 128 on and expired: no session, but the mark that
--             session_regenerate_id(true) (128 and the codec of the old data) or session_destroy() (255, no data) has left
-- created_at  unix seconds by the server's clock, like expires_at
-- expires_at  the session ends here; gc deletes it later. Of a mark, in minutes: gc may take it then; its created_at is when it was
--             set, in microseconds
-- handle      names the session in Rustdb\sessions() once it was labelled; then it lives only while the table of labels
--             has that handle
-- seen_at     when it was written or touched last, unix seconds; 0 where an older version wrote it
-- lifetime    seconds that the session lives after its last use, as Rustdb\lifetime() has said; 0: as long as
--             session.gc_maxlifetime says where it is used
--
-- One row is nobody's: that of the id of 32 zero bytes holds 32 random bytes, from which rustdb signs the ids that it makes.
--
-- A table that an earlier version made lacks handle and seen_at, or lifetime. rustdb adds what labels need when they are
-- first used, and lifetime with the first call of that function (rustdb.create_table=1). That waits for all requests that
-- hold a session, and new ones wait for it; the index is built without blocking anybody, except on Galera. Or do it in a
-- quiet hour, in this order:
-- ALTER TABLE `rustdb_sessions` ADD COLUMN `handle` BINARY(16) NULL DEFAULT NULL, ADD COLUMN `seen_at` BIGINT UNSIGNED NOT NULL DEFAULT 0, ADD KEY `handle` (`handle`), COMMENT='rustdb schema 2';
-- ALTER TABLE `rustdb_sessions` ADD COLUMN `lifetime` INT UNSIGNED NOT NULL DEFAULT 0, COMMENT='rustdb schema 3';
CREATE TABLE IF NOT EXISTS `rustdb_sessions` (
  `id` BINARY(32) NOT NULL,
  `version` BIGINT UNSIGNED NOT NULL,
  `codec` TINYINT UNSIGNED NOT NULL DEFAULT 0,
  `created_at` BIGINT UNSIGNED NOT NULL,
  `expires_at` BIGINT UNSIGNED NOT NULL,
  `data` LONGBLOB NOT NULL,
  `handle` BINARY(16) NULL DEFAULT NULL,
  `seen_at` BIGINT UNSIGNED NOT NULL DEFAULT 0,
  `lifetime` INT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  KEY `expires_at` (`expires_at`),
  KEY `handle` (`handle`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=ascii COLLATE=ascii_bin COMMENT='rustdb schema 3';

-- Leases, for rustdb.lock=lease. The other lock modes do not look at this table.
--
-- lease_owner   a random value of the request that holds the session
-- lease_until   unix seconds by the server's clock; 0: given back
-- lease_holder  which process holds it, or held it last, for warnings: "pid 1234 on web1"
-- lease_since   unix seconds: when that process took it
--
-- A table without the last two columns works as well, and warnings do not name the holder then.
CREATE TABLE IF NOT EXISTS `rustdb_sessions_lease` (
  `id` BINARY(32) NOT NULL,
  `lease_owner` BINARY(16) NOT NULL,
  `lease_until` BIGINT UNSIGNED NOT NULL,
  `lease_holder` VARCHAR(64) NOT NULL DEFAULT '',
  `lease_since` BIGINT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  KEY `lease_until` (`lease_until`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=ascii COLLATE=ascii_bin COMMENT='rustdb schema 1';

-- Tickets, for Rustdb\issue_ticket() and Rustdb\redeem_ticket().
--
-- id          SHA-256 of the ticket, with a word in front
-- sealed      the session id, AES-256-GCM under a key derived from the ticket
-- expires_at  unix seconds by the server's clock; gc deletes what was never redeemed
CREATE TABLE IF NOT EXISTS `rustdb_sessions_ticket` (
  `id` BINARY(32) NOT NULL,
  `sealed` VARBINARY(272) NOT NULL,
  `expires_at` BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (`id`),
  KEY `expires_at` (`expires_at`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=ascii COLLATE=ascii_bin COMMENT='rustdb schema 1';

-- Labels, for Rustdb\label(). Leave this table out where sessions are not labelled: once it is there, each read of a
-- session looks into it. A session with a handle that is not in here has been signed out.
--
-- label       whom the session belongs to; NULL where the label was taken away
-- created_at  when the session got its first label; unix seconds by the server's clock, like checked_at
-- checked_at  when gc last looked whether the session is still there
-- orphan      1: it was not
CREATE TABLE IF NOT EXISTS `rustdb_sessions_label` (
  `handle` BINARY(16) NOT NULL,
  `label` VARBINARY(191) NULL DEFAULT NULL,
  `created_at` BIGINT UNSIGNED NOT NULL,
  `checked_at` BIGINT UNSIGNED NOT NULL,
  `orphan` TINYINT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (`handle`),
  KEY `label` (`label`),
  KEY `checked_at` (`checked_at`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=ascii COLLATE=ascii_bin COMMENT='rustdb schema 1';
