//! A proxy between a session and its server that cuts or stalls the connection at a chosen packet.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::background::Mutex;

/// Whose packets are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    Client,
    Server,
}

/// What happens at the packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Both sides lose the connection; the packet did not get through.
    CutBefore,
    /// Both sides lose the connection; the packet got through.
    CutAfter,
    /// Nothing gets through any more, and nobody is told.
    Stall,
    /// The packet, which is the client's, does not get through; this error is the answer.
    Refuse(u16),
}

/// At the `number`th packet (from 1) of one side since it was armed.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub from: From,
    pub number: usize,
    pub fault: Fault,
}

#[derive(Default)]
struct State {
    plan: Option<Plan>,
    seen: usize,
    struck: bool,
}

/// A running proxy; its threads end with the connections.
pub struct Proxy {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    /// Forwards to a port of this machine.
    pub fn to(server: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else {
                    continue;
                };
                for (from, source, target) in [
                    (From::Client, &client, &server),
                    (From::Server, &server, &client),
                ] {
                    let (source, target) =
                        (source.try_clone().unwrap(), target.try_clone().unwrap());
                    let state = Arc::clone(&shared);
                    thread::spawn(move || pump(from, source, target, &state));
                }
            }
        });
        Proxy { port, state }
    }

    /// Strikes once, by this plan.
    pub fn arm(&self, plan: Plan) {
        *self.state.lock() = State {
            plan: Some(plan),
            ..State::default()
        };
    }

    /// Forwards everything again; tells whether it has struck.
    pub fn disarm(&self) -> bool {
        std::mem::take(&mut *self.state.lock()).struck
    }
}

fn pump(from: From, mut source: TcpStream, mut target: TcpStream, state: &Mutex<State>) {
    // So that a stalled connection notices when it is closed from the other side.
    let _ = source.set_read_timeout(Some(Duration::from_millis(20)));
    let mut stalled = false;
    while let Some(packet) = packet(&mut source) {
        let fault = strike(from, state);
        stalled |= fault == Some(Fault::Stall) || (stalled && state.lock().struck);
        if fault == Some(Fault::CutBefore) {
            break;
        }
        if let Some(Fault::Refuse(code)) = fault {
            if source
                .write_all(&error_packet(code, packet[3] + 1))
                .is_err()
            {
                break;
            }
            continue;
        }
        if !stalled && target.write_all(&packet).is_err() {
            break;
        }
        if fault == Some(Fault::CutAfter) {
            break;
        }
    }
    let _ = source.shutdown(Shutdown::Both);
    let _ = target.shutdown(Shutdown::Both);
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
    let plan = state.plan.filter(|plan| plan.from == from)?;
    state.seen += 1;
    if state.seen != plan.number {
        return None;
    }
    state.struck = true;
    Some(plan.fault)
}

/// One packet of the protocol with its header (MySQL internals manual, "MySQL Packets").
fn packet(source: &mut TcpStream) -> Option<Vec<u8>> {
    let mut packet = vec![0; 4];
    read(source, &mut packet)?;
    let length =
        usize::from(packet[0]) | usize::from(packet[1]) << 8 | usize::from(packet[2]) << 16;
    packet.resize(4 + length, 0);
    read(source, &mut packet[4..])?;
    Some(packet)
}

fn read(source: &mut TcpStream, mut buffer: &mut [u8]) -> Option<()> {
    while !buffer.is_empty() {
        match source.read(buffer) {
            Ok(0) => return None,
            Ok(length) => buffer = &mut buffer[length..],
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return None,
        }
    }
    Some(())
}
