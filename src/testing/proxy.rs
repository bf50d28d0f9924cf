//! A proxy between a session and its server that cuts, resets or stalls the connection at a chosen packet. It listens on a port and
//! on a Unix socket.

use std::env;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use nix::libc::linger;
use nix::sys::socket::{setsockopt, sockopt};

use super::Folder;
use crate::db::background::Mutex;

/// Whose packets are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    Client,
    Server,
    /// The server's, but only the first one after a packet of the client: the others of an answer come with it.
    Answer,
}

/// What happens at the packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Both sides lose the connection; the packet did not get through.
    CutBefore,
    /// Both sides lose the connection; the packet got through.
    CutAfter,
    /// As [`Fault::CutBefore`], but by a TCP reset: who reads gets an error instead of an end, and what the
    /// kernel had not handed out yet may be lost.
    ResetBefore,
    /// As [`Fault::CutAfter`], by a reset.
    ResetAfter,
    /// Nothing gets through any more, and nobody is told.
    Stall,
    /// The packet, which is the client's, does not get through; this error is the answer.
    Refuse(u16),
    /// The packet, which is the client's, gets through; this error is the answer all the same, and with the next packet the client loses
    /// the connection.
    Deny(u16),
}

/// At the `number`th packet (from 1) of one side since it was armed.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub from: From,
    pub number: usize,
    pub fault: Fault,
}

impl Plan {
    /// Strikes the next command of a client.
    pub fn next(fault: Fault) -> Plan {
        Plan { from: From::Client, number: 1, fault }
    }
}

#[derive(Default)]
struct State {
    plan: Option<Plan>,
    seen: usize,
    /// The client has sent something, and no answer has come yet.
    asked: bool,
    struck: bool,
}

/// A running proxy; its threads end with the connections.
pub struct Proxy {
    /// Host and port that it listens on.
    pub address: String,
    folder: Folder,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    /// In front of the server that the tests run on.
    pub fn new() -> Proxy {
        let server = env::var("RUSTDB_TEST_PORT").expect("RUSTDB_TEST_PORT");
        let server: u16 = server.parse().expect("a port");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let folder = Folder::new();
        let socket = UnixListener::bind(folder.path("socket")).expect("a socket");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                forward(client, server, &shared);
            }
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in socket.incoming().map_while(Result::ok) {
                // What we do with it is the same on any socket.
                forward(TcpStream::from(OwnedFd::from(client)), server, &shared);
            }
        });
        Proxy { address, folder, state }
    }

    /// The directives for whoever is to come through it over TCP.
    pub fn directives(&self) -> [(&str, &str); 3] {
        [
            ("rustdb.socket", ""),
            ("rustdb.host", &self.address),
            // It counts packets.
            ("rustdb.ssl_mode", "disabled"),
        ]
    }

    /// The path of the Unix socket.
    pub fn socket(&self) -> String {
        self.folder.path("socket")
    }

    /// Strikes once, by this plan.
    pub fn arm(&self, plan: Plan) {
        *self.state.lock() = State { plan: Some(plan), ..State::default() };
    }

    /// Packets that it has counted since it was armed.
    pub fn seen(&self) -> usize {
        self.state.lock().seen
    }

    /// Forwards everything again; tells whether it has struck.
    pub fn disarm(&self) -> bool {
        std::mem::take(&mut *self.state.lock()).struck
    }
}

fn forward(client: TcpStream, server: u16, state: &Arc<Mutex<State>>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else {
        return;
    };
    let (reset, denied) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
    for (from, source, target) in [(From::Client, &client, &server), (From::Server, &server, &client)] {
        let (source, target) = (source.try_clone().unwrap(), target.try_clone().unwrap());
        let (state, reset, denied) = (Arc::clone(state), Arc::clone(&reset), Arc::clone(&denied));
        thread::spawn(move || pump(from, source, target, &state, &reset, &denied));
    }
}

/// Forwards one direction; `reset` and `denied` are what both directions of a connection know of its end.
fn pump(
    from: From,
    mut source: TcpStream,
    mut target: TcpStream,
    state: &Mutex<State>,
    reset: &AtomicBool,
    denied: &AtomicBool,
) {
    // So that a connection notices when it is closed from the other side.
    let _ = source.set_read_timeout(Some(Duration::from_millis(5)));
    let mut stalled = false;
    while let Some(packet) = packet(&mut source, reset) {
        let fault = strike(from, state);
        stalled |= fault == Some(Fault::Stall);
        if matches!(fault, Some(Fault::CutBefore | Fault::ResetBefore)) {
            reset.store(fault == Some(Fault::ResetBefore), Ordering::Relaxed);
            break;
        }
        if denied.load(Ordering::Relaxed) {
            match from {
                From::Client => break,
                From::Server | From::Answer => continue,
            }
        }
        if let Some(Fault::Refuse(code) | Fault::Deny(code)) = fault {
            if matches!(fault, Some(Fault::Deny(_))) {
                denied.store(true, Ordering::Relaxed);
                if target.write_all(&packet).is_err() {
                    break;
                }
            }
            if source.write_all(&error_packet(code, packet[3] + 1)).is_err() {
                break;
            }
            continue;
        }
        if !stalled && target.write_all(&packet).is_err() {
            break;
        }
        if matches!(fault, Some(Fault::CutAfter | Fault::ResetAfter)) {
            reset.store(fault == Some(Fault::ResetAfter), Ordering::Relaxed);
            break;
        }
    }
    if reset.load(Ordering::Relaxed) {
        // The kernel sends a reset instead of an end when the last of the two directions lets go (socket(7)).
        let at_once = linger { l_onoff: 1, l_linger: 0 };
        for socket in [&source, &target] {
            setsockopt(socket, sockopt::Linger, &at_once).expect("SO_LINGER");
        }
    } else {
        let _ = source.shutdown(Shutdown::Both);
        let _ = target.shutdown(Shutdown::Both);
    }
}

/// What a server sends for a failed statement (MySQL internals manual, "ERR_Packet").
fn error_packet(code: u16, sequence: u8) -> Vec<u8> {
    let mut payload = vec![0xff];
    payload.extend_from_slice(&code.to_le_bytes());
    payload.extend_from_slice(b"#HY000refused by the proxy");
    let mut packet = vec![payload.len() as u8, 0, 0, sequence];
    packet.extend_from_slice(&payload);
    packet
}

fn strike(from: From, state: &Mutex<State>) -> Option<Fault> {
    let mut state = state.lock();
    let first = from == From::Server && state.asked;
    state.asked = from == From::Client;
    let plan = state.plan.filter(|plan| match plan.from {
        From::Answer => first,
        side => side == from,
    })?;
    state.seen += 1;
    if state.seen != plan.number {
        return None;
    }
    state.struck = true;
    Some(plan.fault)
}

/// One packet of the protocol with its header (MySQL internals manual, "MySQL Packets").
fn packet(source: &mut TcpStream, reset: &AtomicBool) -> Option<Vec<u8>> {
    let mut packet = vec![0; 4];
    read(source, &mut packet, reset)?;
    let length = usize::from(packet[0]) | usize::from(packet[1]) << 8 | usize::from(packet[2]) << 16;
    packet.resize(4 + length, 0);
    read(source, &mut packet[4..], reset)?;
    Some(packet)
}

fn read(source: &mut TcpStream, mut buffer: &mut [u8], reset: &AtomicBool) -> Option<()> {
    while !buffer.is_empty() {
        if reset.load(Ordering::Relaxed) {
            return None;
        }
        match source.read(buffer) {
            Ok(0) => return None,
            Ok(length) => buffer = &mut buffer[length..],
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return None,
        }
    }
    Some(())
}
