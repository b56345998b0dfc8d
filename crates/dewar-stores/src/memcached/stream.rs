//! A TCP connection or a Unix socket.

use std::io;

use bytes::BytesMut;
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use super::address::Place;

pub(super) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Socket(UnixStream),
}

/// Calls a method that both kinds of streams have.
macro_rules! either {
    ($self:ident, $stream:ident => $call:expr) => {
        match $self {
            Stream::Tcp($stream) => $call,
            #[cfg(unix)]
            Stream::Socket($stream) => $call,
        }
    };
}

impl Stream {
    /// The name of a host is looked up each time, so a server may move.
    pub(super) async fn connect(place: &Place) -> io::Result<Self> {
        match place {
            Place::Tcp { host, port } => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                Ok(Self::Tcp(stream))
            }
            #[cfg(unix)]
            Place::Socket(path) => Ok(Self::Socket(UnixStream::connect(path).await?)),
            #[cfg(not(unix))]
            Place::Socket(_) => Err(io::Error::from(io::ErrorKind::Unsupported)),
        }
    }

    /// Writes what can be written without waiting, and returns how many bytes that was.
    pub(super) fn write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        let written = either!(self, stream => stream.try_write(bytes));
        match written {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            other => other,
        }
    }

    /// Waits until more can be written.
    pub(super) async fn writable(&self) -> io::Result<()> {
        either!(self, stream => stream.writable().await)
    }

    /// Waits for bytes, and appends them. It is an error if the server has closed the connection.
    pub(super) async fn read(&self, buffer: &mut BytesMut) -> io::Result<()> {
        loop {
            either!(self, stream => stream.readable().await)?;
            match either!(self, stream => stream.try_read_buf(buffer)) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}
