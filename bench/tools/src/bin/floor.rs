//! The floor: what the database alone costs. It runs the cycles of bench/worker.php with the statements that
//! rustdb sends and no PHP around them, and obeys the same commands on its standard input.
//!
//!     floor raw|busy|late|crate ADDRESS USER DATABASE TABLE          (password in FLOOR_PASSWORD)
//!
//! `busy` is raw, and computes for 5 µs before each of a cycle's two packets, which is what PHP's session code takes:
//! meanwhile the server's thread falls asleep, and has to be woken.
//!
//! The table must exist.

use std::hint::spin_loop;
use std::io::{BufRead, Write, stdin, stdout};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use rustdb_bench_tools::cycle::Session;
use rustdb_bench_tools::wire::{Result, Server, Way, Wire};

struct Floor {
    server: Server,
    way: Way,
    busy: bool,
    table: String,
    wire: Wire,
    sessions: Vec<Session>,
    next: usize,
}

fn main() {
    if let Err(error) = serve() {
        println!("error {error}");
        std::process::exit(1);
    }
}

fn serve() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, way, address, user, database, table] = &arguments[..] else {
        return Err("floor raw|busy|late|crate ADDRESS USER DATABASE TABLE".into());
    };
    let busy = way == "busy";
    let way = match way.as_str() {
        "raw" | "busy" => Way::Raw,
        "late" => Way::Late,
        "crate" => Way::Crate,
        other => return Err(format!("no way of speaking: {other}").into()),
    };
    let server = Server {
        address: address.clone(),
        user: user.clone(),
        password: std::env::var("FLOOR_PASSWORD").unwrap_or_default(),
        database: database.clone(),
    };
    let wire = Wire::open(&server, way)?;
    let mut floor = Floor { server, way, busy, table: table.clone(), wire, sessions: Vec::new(), next: 0 };
    for line in stdin().lock().lines() {
        let answer = floor.obey(&line?)?;
        println!("ok {answer}");
        stdout().flush()?;
    }
    Ok(())
}

impl Floor {
    fn obey(&mut self, line: &str) -> Result<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["seed", count, bytes, name] | ["seed", count, bytes, name, "letters"] => {
                let (count, bytes): (usize, usize) = (count.parse()?, bytes.parse()?);
                self.sessions = (0..count).map(|at| Session::new(&format!("{name}{at}"), bytes)).collect();
                for session in &self.sessions {
                    session.store(&mut self.wire, &self.table)?;
                }
                Ok(String::new())
            }
            ["run", kind, cycles] => {
                let cycles: u64 = cycles.parse()?;
                let begin = Instant::now();
                for _ in 0..cycles {
                    self.cycle(kind == "changed")?;
                }
                Ok(begin.elapsed().as_nanos().to_string())
            }
            ["handover", requests, hold] => {
                let hold = Duration::from_micros(hold.parse()?);
                handover(&self.server, self.way, &self.table, requests.parse()?, hold)
            }
            _ => Err(format!("no such command: {line}").into()),
        }
    }

    fn cycle(&mut self, changed: bool) -> Result<()> {
        let at = self.next % self.sessions.len();
        self.next += 1;
        let (session, wire) = (&mut self.sessions[at], &mut self.wire);
        compute(self.busy);
        let version = session.lock(wire, &self.table)?;
        compute(self.busy);
        if changed { session.write(wire, &self.table, version) } else { session.release(wire) }
    }
}

fn compute(busy: bool) {
    let begin = Instant::now();
    while busy && begin.elapsed() < Duration::from_micros(5) {
        spin_loop();
    }
}

/// All requests want one session and hold it for a while; returns the nanoseconds of the whole, from the first lock to
/// the last end, and those of the holds.
fn handover(server: &Server, way: Way, table: &str, requests: usize, hold: Duration) -> Result<String> {
    let mut first = Wire::open(server, way)?;
    Session::new("handover", 1000).store(&mut first, table)?;
    let barrier = Arc::new(Barrier::new(requests));
    let threads: Vec<_> = (0..requests)
        .map(|_| {
            let (server, table) = (server.clone(), table.to_owned());
            let barrier = Arc::clone(&barrier);
            thread::spawn(move || -> Result<(Instant, Instant, Instant)> {
                let opened = Wire::open(&server, way);
                barrier.wait();
                let (mut wire, mut session) = (opened?, Session::new("handover", 1000));
                let version = session.wait(&mut wire, &table)?;
                let locked = Instant::now();
                thread::sleep(hold);
                let held = Instant::now();
                session.write(&mut wire, &table, version)?;
                Ok((locked, held, Instant::now()))
            })
        })
        .collect();
    let mut times = Vec::new();
    for thread in threads {
        times.push(thread.join().map_err(|_| "a thread panicked")??);
    }
    let begin = times.iter().map(|time| time.0).min().ok_or("no requests")?;
    let end = times.iter().map(|time| time.2).max().ok_or("no requests")?;
    let held: Duration = times.iter().map(|time| time.1 - time.0).sum();
    Ok(format!("{} {}", (end - begin).as_nanos(), held.as_nanos()))
}
