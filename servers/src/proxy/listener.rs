//! A proxy that listens.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use super::pipe::Pipe;
use super::trouble::{Shared, Trouble, Troubles};

/// Stands between programs and a server, and delays, cuts and swallows at random what they send to one another.
///
/// What happens to the n-th piece of the n-th connection depends on the seed alone. A connection that has swallowed
/// something is silent from then on, as TCP skips nothing.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Listens on a free port of this machine, and forwards to the port of a server on it.
    pub fn start(port: u16, trouble: Trouble) -> Result<Self, String> {
        let said = |error: std::io::Error| format!("proxy: {error}");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(said)?;
        let address = listener.local_addr().map_err(said)?;
        let shared = Arc::new(Shared::new(port, trouble));
        let serving = Arc::clone(&shared);
        thread::spawn(move || serve(&listener, &serving));
        Ok(Self { address, shared })
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on new connections go to this port; open connections stay as they are. This is what happens when an address
    /// moves to another server.
    pub fn lead_to(&self, port: u16) {
        self.shared.port.store(port, Ordering::Relaxed);
    }

    /// Causes no more failures; connections that are already silent stay silent.
    pub fn calm_down(&self) {
        self.shared.is_calm.store(true, Ordering::Relaxed);
    }

    /// Causes failures again.
    pub fn stir_up(&self) {
        self.shared.is_calm.store(false, Ordering::Relaxed);
    }

    /// From now on nothing passes through the open connections, though they stay open; later ones work. This is what happens when an
    /// address moves to another machine, and the previous one hangs.
    pub fn silence(&self) {
        self.shared.silenced.fetch_add(1, Ordering::Relaxed);
    }

    /// The number of connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// The failures so far.
    #[must_use]
    pub fn troubles(&self) -> Troubles {
        self.shared.troubles()
    }
}

impl Drop for Proxy {
    /// The thread that listens wakes up, and ends.
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Ordering::Relaxed);
        _ = TcpStream::connect(self.address);
    }
}

fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    for (number, client) in (0..).zip(listener.incoming()) {
        if shared.is_stopped.load(Ordering::Relaxed) {
            return;
        }
        let Ok(client) = client else { continue };
        shared.connections.fetch_add(1, Ordering::Relaxed);
        let port = shared.port.load(Ordering::Relaxed);
        // A server that does not listen: the client is hung up on.
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { continue };
        for (way, [from, to]) in [[&client, &server], [&server, &client]].into_iter().enumerate() {
            let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else { continue };
            let pipe = Pipe::new(from, to, shared.chance(2 * number + way as u64), Arc::clone(shared));
            thread::spawn(move || pipe.run());
        }
    }
}
