//! Whether a connection leads to the server itself, or to a pooler such as PgBouncer.
//!
//! In PgBouncer's transaction mode each call may run on another connection to the server. What one call prepares is missing there, or is
//! another program's statement with the same name. So nothing may be prepared before this is known.
//!
//! A server identifies each connection by the number of its process, twice: in the greeting, for a later request to cancel, and in answer to
//! `pg_backend_pid()`. A pooler makes up a number for the greeting. The driver keeps the greeting's number to itself, but writes a request to
//! cancel to any stream: here it writes one into memory.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_postgres::{Client, Error, SimpleQueryMessage};

/// The code of a request for TLS, which precedes the request to cancel if the connection uses TLS.
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// Its length and the code of a request to cancel; then follow the process number and a secret of 4 bytes each.
const CANCEL_REQUEST: [u8; 8] = [0, 0, 0, 16, 4, 210, 22, 46];

/// Whether the connection leads to the server itself. If that is unknown, it counts as a pooler.
pub(super) async fn is_direct(client: &Client) -> Result<bool, Error> {
    let answers = client.simple_query("SELECT pg_backend_pid()").await?;
    let answered = answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0).and_then(|pid| pid.parse::<i32>().ok()),
        _ => None,
    });
    Ok(answered.is_some() && answered == greeted(client).await)
}

/// The process number of the greeting.
async fn greeted(client: &Client) -> Option<i32> {
    let (ours, theirs) = duplex(64);
    let request = client.cancel_token();
    let (sent, read) = tokio::join!(request.cancel_query_raw(ours, InMemory), process_number(theirs));
    sent.ok().and(read.ok())
}

async fn process_number(mut stream: DuplexStream) -> io::Result<i32> {
    let mut code = [0; 8];
    stream.read_exact(&mut code).await?;
    if code == TLS_REQUEST {
        stream.write_all(b"S").await?;
        stream.read_exact(&mut code).await?;
    }
    if code != CANCEL_REQUEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    stream.read_i32().await
}

/// A connector that goes on without TLS: the stream does not leave the process.
struct InMemory;

impl TlsConnect<DuplexStream> for InMemory {
    type Stream = Plain;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<Plain>>;

    fn connect(self, stream: DuplexStream) -> Self::Future {
        std::future::ready(Ok(Plain(stream)))
    }
}

struct Plain(DuplexStream);

impl TlsStream for Plain {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Plain {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Plain {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
