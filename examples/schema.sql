-- The tables that rustdb keeps sessions in. rustdb creates them on first need (rustdb.create_table=1);
-- apply this file where its user may not create tables. Put the name of rustdb.table in when it is
-- another one.
--
-- id          SHA-256 of the session id
-- version     a random value chosen for each write; a write states the version that it read
-- codec       how data is stored: 0 is what PHP serialised, unchanged
-- created_at  unix seconds by the server's clock, like expires_at
-- expires_at  the session ends here; gc deletes it later
CREATE TABLE IF NOT EXISTS `rustdb_sessions` (
  `id` BINARY(32) NOT NULL,
  `version` BIGINT UNSIGNED NOT NULL,
  `codec` TINYINT UNSIGNED NOT NULL DEFAULT 0,
  `created_at` BIGINT UNSIGNED NOT NULL,
  `expires_at` BIGINT UNSIGNED NOT NULL,
  `data` LONGBLOB NOT NULL,
  PRIMARY KEY (`id`),
  KEY `expires_at` (`expires_at`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=ascii COLLATE=ascii_bin COMMENT='rustdb schema 1';

-- Leases, for rustdb.lock=lease; its name is that of the first table and _lease. The other lock modes
-- do not look at it.
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

-- Tickets, for Rustdb\issue_ticket(); its name is that of the first table and _ticket. Made when the first one is
-- issued.
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
