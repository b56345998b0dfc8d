//! A proxy that listens.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use super::pipe::Pipe;
use super::trouble::{Shared, Trouble, Troubles};

/// Stands between programs and a server, and delays, cuts and swallows what they say to one another, by chance.
///
/// What becomes of the n-th piece that goes through the n-th connection follows from the seed. A connection that has swallowed
/// something is silent from then on, as TCP leaves nothing out.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Listens on a free port of this machine, and leads to the port of another server on it.
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

    /// From now on new connections lead to this port; those that there are stay as they are. So it is when an address leads to
    /// another server.
    pub fn lead_to(&self, port: u16) {
        self.shared.port.store(port, Ordering::Relaxed);
    }

    /// Makes no more trouble; connections that are silent already stay so.
    pub fn calm_down(&self) {
        self.shared.is_calm.store(true, Ordering::Relaxed);
    }

    /// From now on nothing comes through the connections that there are, though they stay; those that are made later are as good as
    /// ever. So it is when the machine behind an address is another, and the former one hangs.
    pub fn silence(&self) {
        self.shared.silenced.fetch_add(1, Ordering::Relaxed);
    }

    /// How many connections were made.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// What it has done.
    #[must_use]
    pub fn troubles(&self) -> Troubles {
        self.shared.troubles()
    }
}

impl Drop for Proxy {
    /// The thread that listens wakes up, and ends.
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        _ = TcpStream::connect(self.address);
    }
}

fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    for (number, client) in (0..).zip(listener.incoming()) {
        if shared.is_over.load(Ordering::Relaxed) {
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
