//! A proxy that counts turns.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

/// Stands before a server and counts turns: a client that speaks after the server has spoken begins one, however much it sends.
#[derive(Debug)]
pub struct Wire {
    port: u16,
    turns: Arc<AtomicU64>,
}

impl Wire {
    /// Before the server at this port of this machine. It serves until the process ends.
    ///
    /// # Errors
    /// If there is no free port.
    pub fn before(server: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (port, turns) = (listener.local_addr()?.port(), Arc::new(AtomicU64::new(0)));
        let counter = Arc::clone(&turns);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                connect(client, server, &counter).unwrap();
            }
        });
        Ok(Self { port, turns })
    }

    /// Where clients find it.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many there were, on all connections together.
    #[must_use]
    pub fn turns(&self) -> u64 {
        self.turns.load(Ordering::SeqCst)
    }
}

fn connect(client: TcpStream, server: u16, turns: &Arc<AtomicU64>) -> io::Result<()> {
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server))?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_server) = (client.try_clone()?, server.try_clone()?);
    let has_answered = Arc::new(AtomicBool::new(true));
    let (turns, answered) = (Arc::clone(turns), Arc::clone(&has_answered));
    thread::spawn(move || {
        pass(from_client, to_server, || {
            if answered.swap(false, Ordering::SeqCst) {
                turns.fetch_add(1, Ordering::SeqCst);
            }
        })
    });
    thread::spawn(move || pass(server, client, || has_answered.store(true, Ordering::SeqCst)));
    Ok(())
}

/// Until either side has enough.
fn pass(mut from: TcpStream, mut to: TcpStream, heard: impl Fn()) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        heard();
        if buffer.get(..length).is_none_or(|bytes| to.write_all(bytes).is_err()) {
            break;
        }
    }
    _ = to.shutdown(std::net::Shutdown::Both);
}
