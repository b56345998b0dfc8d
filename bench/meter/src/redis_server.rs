//! A Redis that says what it has spent.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// The Redis at a port of this machine.
#[derive(Debug, Clone, Copy)]
pub struct RedisServer {
    port: u16,
}

impl RedisServer {
    /// At this port.
    #[must_use]
    pub fn at(port: u16) -> Self {
        Self { port }
    }

    /// Its user and system time since its start.
    ///
    /// # Errors
    /// If it does not say.
    pub fn spent(self) -> io::Result<Duration> {
        let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        socket.set_read_timeout(Some(Duration::from_secs(5)))?;
        socket.write_all(b"INFO cpu\r\nQUIT\r\n")?;
        let mut told = String::new();
        socket.read_to_string(&mut told)?;
        let seconds = |name: &str| {
            let number = told.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
            number.ok_or_else(|| io::Error::other(format!("Redis does not say {name}")))
        };
        Ok(Duration::from_secs_f64(seconds("used_cpu_user:")? + seconds("used_cpu_sys:")?))
    }
}
