//! Memcached.

use std::sync::Arc;

use dewar_bench_meter::{Role, Row, runtime};
use dewar_servers::Memcached;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

use super::measured::{self, ROUNDS};
use crate::cores::apart;
use crate::{raw, table};

pub(crate) fn measure() -> Result<(), String> {
    let server = apart(Memcached::start)?;
    let runtime = runtime();
    let mut rows = gets(&runtime, &server);
    let store = measured::open(&runtime, &server.url())?;
    rows.extend(measured::native(&runtime, &store));
    table::print(&table::by_work(rows));
    Ok(())
}

/// A socket without any client: a request is written, its answer is read, and then comes the next.
fn gets(runtime: &Runtime, server: &Memcached) -> Vec<Row> {
    let socket = runtime.block_on(async {
        let mut socket = TcpStream::connect(("127.0.0.1", server.port())).await.unwrap();
        socket.set_nodelay(true).unwrap();
        let request = [b"ms raw 200\r\n".as_slice(), &raw::PAYLOAD, b"\r\n"].concat();
        socket.write_all(&request).await.unwrap();
        socket.read_exact(&mut [0; 4]).await.unwrap();
        Arc::new(Mutex::new(socket))
    });
    raw::calls(
        runtime,
        "a socket, one mg",
        Role::Bare,
        ROUNDS,
        &socket,
        |socket: Arc<Mutex<TcpStream>>| async move {
            let mut socket = socket.lock().await;
            socket.write_all(b"mg raw v\r\n").await.unwrap();
            // "VA 200\r\n", the payload, "\r\n".
            let mut answer = [0; 210];
            socket.read_exact(&mut answer).await.unwrap();
            answer
        },
    )
}
