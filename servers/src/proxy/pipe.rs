//! One direction of a connection.

use std::io::{Read, Result, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use super::trouble::{Outcome, Shared};
use crate::chance::Chance;

#[derive(Debug)]
pub(super) struct Pipe {
    from: TcpStream,
    to: TcpStream,
    chance: Chance,
    shared: Arc<Shared>,
}

impl Pipe {
    pub(super) fn new(from: TcpStream, to: TcpStream, chance: Chance, shared: Arc<Shared>) -> Self {
        Self { from, to, chance, shared }
    }

    /// Until the one side closes, or the connection is cut; then the other is closed, too.
    pub(super) fn run(mut self) {
        _ = self.to.set_nodelay(true);
        _ = self.pass_all();
        _ = self.from.shutdown(Shutdown::Both);
        _ = self.to.shutdown(Shutdown::Both);
    }

    fn pass_all(&mut self) -> Result<()> {
        let mut buffer = [0; 16 << 10];
        let silenced = self.shared.silenced.load(Ordering::Relaxed);
        let mut is_silent = false;
        loop {
            let length = self.from.read(&mut buffer)?;
            let piece = buffer.get(..length).unwrap_or_default();
            if piece.is_empty() {
                return Ok(());
            }
            if is_silent || self.shared.silenced.load(Ordering::Relaxed) != silenced {
                continue;
            }
            match self.shared.outcome(length, &mut self.chance) {
                Outcome::Passed => self.to.write_all(piece)?,
                Outcome::Delayed(time) => {
                    thread::sleep(time);
                    self.to.write_all(piece)?;
                }
                Outcome::Cut(after) => return self.to.write_all(piece.get(..after).unwrap_or_default()),
                Outcome::Swallowed => is_silent = true,
            }
        }
    }
}
