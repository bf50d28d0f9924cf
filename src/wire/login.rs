//! The beginning of a connection: the server's greeting, TLS where it is wanted, our answer, and the password in
//! the way that the account's authentication plugin wants it.
//!
//! Sources: the MySQL Internals manual, "Connection Phase"; MariaDB knowledge base, "Connection" and
//! "Authentication Plugins".

use std::collections::HashMap;
use std::time::Duration;

use mysql_common::constants::{CapabilityFlags, MariadbCapabilities};
use mysql_common::crypto;
use mysql_common::io::ParseBuf;
use mysql_common::packets::{AuthPlugin, HandshakePacket, HandshakeResponse};
use mysql_common::proto::MySerialize;

use super::packets::from_io;
use super::tls::{self, Settings};
use super::{ERR, OK, Stream, Wire, server_error};
use crate::error::{Error, Result};

/// The server asks for another plugin, or tells something of the one in use.
const SWITCH: u8 = 0xfe;
const MORE_DATA: u8 = 0x01;

/// caching_sha2_password: the server knows the password's digest, or needs the password itself.
const FAST_AUTH_OK: u8 = 0x03;
const FULL_AUTH: u8 = 0x04;
const ASK_FOR_KEY: u8 = 0x02;

/// What a request for TLS is: the begin of the handshake response, before the user's name.
const TLS_REQUEST: usize = 32;

/// The bytes of a server's nonce: those of MySQL's plugins, and those of MariaDB's ed25519.
const NONCE: usize = 20;
const ED25519_NONCE: usize = 32;

/// Authentication takes two or three exchanges; a server that wants more is not one.
const MOST_EXCHANGES: usize = 10;

/// Who logs in, and to which database.
pub struct Login<'a> {
    pub user: &'a str,
    pub password: &'a str,
    pub database: &'a str,
    /// For TCP: how to encrypt, and the host as the server's certificate is to name it. None: not at all.
    pub tls: Option<(&'a Settings, &'a str)>,
}

impl Login<'_> {
    /// Logs in over a new socket; the server may be silent for `limit` at most, then and until it is
    /// [changed](Wire::set_limit). Returns the server's number of the connection with it.
    ///
    /// # Errors
    /// As the server says; [`Error::Tls`] before anything was said of who we are; [`Error::AuthPlugin`] for a
    /// plugin that is not known here.
    ///
    /// # Panics
    /// Where the server sends a public key that is none: the caller catches that.
    pub fn over(&self, stream: Stream, limit: Duration) -> Result<(Wire, u32)> {
        let tls = self.tls.filter(|_| matches!(stream, Stream::Tcp(_)));
        // Nobody listens in on a Unix socket.
        let socket = matches!(stream, Stream::Unix(_));
        let mut wire = Wire::new(stream, limit).map_err(|error| from_io(&error))?;
        let greeting = wire.take()?;
        if greeting.first() == Some(&ERR) {
            return Err(server_error(&greeting));
        }
        let greeting: HandshakePacket<'_> = ParseBuf(&greeting).parse(()).map_err(|_| no_server())?;
        let (offered, needed) = (greeting.capabilities(), needed());
        if greeting.protocol_version() != 10 || !offered.contains(needed) {
            return Err(no_server());
        }
        let tls = match tls {
            Some(tls) if offered.contains(CapabilityFlags::CLIENT_SSL) => Some(tls),
            Some((settings, _)) if !settings.optional() => {
                return Err(tls::not_offered(settings.mode()));
            }
            _ => None,
        };
        let mut nonce = greeting.scramble_1_ref().to_vec();
        nonce.extend_from_slice(greeting.scramble_2_ref().unwrap_or_default());
        nonce.resize(NONCE, 0);
        // Another default than these is no matter: the server asks to switch to the account's plugin.
        let plugin = match greeting.auth_plugin() {
            Some(AuthPlugin::CachingSha2Password) => AuthPlugin::CachingSha2Password,
            _ => AuthPlugin::MysqlNativePassword,
        };
        let proof = plugin.gen_data(Some(self.password), &nonce);
        let encrypted = match tls {
            Some(_) => CapabilityFlags::CLIENT_SSL,
            None => CapabilityFlags::empty(),
        };
        let response = HandshakeResponse::new(
            proof.as_deref(),
            (5, 7, 0), // it knows utf8mb4
            Some(self.user.as_bytes()),
            Some(self.database.as_bytes()),
            Some(plugin.borrow()),
            // ProxySQL does not offer that one. No proof of ours is as long as to need it.
            needed | encrypted | offered & CapabilityFlags::CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
            offered.contains(CapabilityFlags::CLIENT_CONNECT_ATTRS).then(attributes),
            1 << 30,
        );
        // Only over a socket are there prepared statements with rows. MySQL's servers say by another flag that the bytes of MariaDB's
        // capabilities are not to be read.
        let maria = match socket && !offered.contains(CapabilityFlags::CLIENT_LONG_PASSWORD) {
            true => greeting.mariadb_ext_capabilities() & MariadbCapabilities::MARIADB_CLIENT_CACHE_METADATA,
            false => MariadbCapabilities::empty(),
        };
        let response = response.with_mariadb_ext_capabilities(maria);
        let mut bytes = Vec::with_capacity(256);
        response.serialize(&mut bytes);
        if let Some((settings, host)) = tls {
            wire.send(&[&bytes[..TLS_REQUEST]])?;
            wire = wire.encrypt(settings, host)?;
        }
        wire.leaves_columns_out = !maria.is_empty();
        wire.send(&[&bytes])?;
        self.prove(&mut wire, plugin, nonce, socket || tls.is_some()).map_err(|error| match (socket, tls) {
            (true, _) => error,
            (false, None) => refused(error, "without TLS"),
            (false, Some((settings, _))) if settings.has_certificate() => {
                refused(error, "over TLS with a client certificate")
            }
            (false, Some(_)) => refused(error, "over TLS without a client certificate"),
        })?;
        Ok((wire, greeting.connection_id()))
    }

    /// Goes on until the server is content. `private`: nobody listens in.
    fn prove(&self, wire: &mut Wire, mut plugin: AuthPlugin<'static>, mut nonce: Vec<u8>, private: bool) -> Result<()> {
        for _ in 0..MOST_EXCHANGES {
            let packet = wire.take()?;
            match (packet.first(), &plugin) {
                (Some(&OK), _) => return Ok(()),
                (Some(&ERR), _) => return Err(server_error(&packet)),
                (Some(&SWITCH), _) => {
                    (plugin, nonce) = switch(&packet[1..])?;
                    let proof = match &plugin {
                        AuthPlugin::MysqlNativePassword | AuthPlugin::CachingSha2Password | AuthPlugin::Ed25519 => {
                            plugin.gen_data(Some(self.password), &nonce)
                        }
                        other => {
                            let name = String::from_utf8_lossy(other.as_bytes()).into_owned();
                            return Err(Error::AuthPlugin(name));
                        }
                    };
                    wire.send(&[proof.as_deref().unwrap_or_default()])?;
                }
                (Some(&MORE_DATA), AuthPlugin::CachingSha2Password) => match packet.get(1) {
                    Some(&FAST_AUTH_OK) => {}
                    Some(&FULL_AUTH) if private => {
                        wire.send(&[self.password.as_bytes(), &[0]])?;
                    }
                    Some(&FULL_AUTH) => wire.send(&[&[ASK_FOR_KEY]])?,
                    // The server's RSA key in PEM: others may listen in on this network.
                    Some(b'-') if !nonce.is_empty() => {
                        let mut password = self.password.as_bytes().to_vec();
                        password.push(0);
                        for (byte, salt) in password.iter_mut().zip(nonce.iter().cycle()) {
                            *byte ^= salt;
                        }
                        wire.send(&[&crypto::encrypt(&password, &packet[1..])])?;
                    }
                    _ => return Err(no_server()),
                },
                _ => return Err(no_server()),
            }
        }
        Err(no_server())
    }
}

impl Wire {
    fn take(&mut self) -> Result<Vec<u8>> {
        self.begin_answer();
        let packet = self.packet()?;
        Ok(self.owned(packet))
    }
}

/// The plugin that the server asks for, and its nonce. The nonce's length is the plugin's: most servers put a zero byte
/// behind one of 20 bytes, which is none of it, while one of 256 of MariaDB's random 32 bytes for ed25519 ends in one
/// that is.
fn switch(request: &[u8]) -> Result<(AuthPlugin<'static>, Vec<u8>)> {
    // Servers before 4.1 name no plugin.
    let end =
        request.iter().position(|byte| *byte == 0).ok_or_else(|| Error::AuthPlugin("mysql_old_password".into()))?;
    let plugin = AuthPlugin::from_bytes(&request[..end]).into_owned();
    let nonce = &request[end + 1..];
    let length = match plugin {
        AuthPlugin::Ed25519 => ED25519_NONCE,
        _ => NONCE,
    };
    Ok((plugin, nonce[..length.min(nonce.len())].to_vec()))
}

/// An account that REQUIREs TLS or a certificate is refused like one with a wrong password: say what was used.
fn refused(error: Error, how: &str) -> Error {
    match error {
        Error::Server { code: code @ (1045 | 1698), message } => {
            Error::Server { code, message: format!("{message}, {how}") }
        }
        other => other,
    }
}

/// What both sides have to know. CLIENT_FOUND_ROWS: an UPDATE that changes nothing still tells that it
/// found its row.
fn needed() -> CapabilityFlags {
    CapabilityFlags::CLIENT_PROTOCOL_41
        | CapabilityFlags::CLIENT_SECURE_CONNECTION
        | CapabilityFlags::CLIENT_PLUGIN_AUTH
        | CapabilityFlags::CLIENT_CONNECT_WITH_DB
        | CapabilityFlags::CLIENT_TRANSACTIONS
        | CapabilityFlags::CLIENT_MULTI_STATEMENTS
        | CapabilityFlags::CLIENT_MULTI_RESULTS
        | CapabilityFlags::CLIENT_FOUND_ROWS
}

/// What performance_schema.session_connect_attrs shows of us.
fn attributes() -> HashMap<String, String> {
    HashMap::from([
        ("_client_name".into(), "rustdb".into()),
        ("_client_version".into(), env!("CARGO_PKG_VERSION").into()),
        ("_pid".into(), std::process::id().to_string()),
        ("program_name".into(), "php".into()),
    ])
}

fn no_server() -> Error {
    Error::Nonsense("no greeting of a MySQL or MariaDB server".into())
}
