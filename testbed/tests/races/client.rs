//! A tab of a browser: one connection that stays open, one cookie.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::yield_now;
use tokio::time::sleep;

/// Sends one request after the other, with the cookie that the last answer has set.
#[derive(Debug)]
pub(crate) struct Client {
    server: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
    pub(crate) cookie: Option<String>,
}

/// A response.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) set_cookie: Option<String>,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: String,
}

impl Client {
    pub(crate) fn new(server: SocketAddr) -> Self {
        Self { server, connection: None, cookie: None }
    }

    /// A tab of the same browser.
    pub(crate) fn with_cookie(mut self, cookie: Option<&str>) -> Self {
        self.cookie = cookie.map(str::to_owned);
        self
    }

    /// A broken connection is an error; the next request opens another.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Answer> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => BufReader::new(connect(self.server).await?),
        };
        let (connection, answer) = exchange(connection, &self.request(path)).await?;
        self.connection = Some(connection);
        if let Some(line) = &answer.set_cookie {
            self.cookie = held(line);
        }
        Ok(answer)
    }

    /// Sends a request, and hangs up before the response can come, or just as it does.
    pub(crate) async fn hang_up(&mut self, path: &str, turns: usize) -> Result<()> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => BufReader::new(connect(self.server).await?),
        };
        connection.write_all(self.request(path).as_bytes()).await?;
        for _ in 0..turns {
            yield_now().await;
        }
        Ok(())
    }

    /// Repeats the request until it is answered with 200. Returns the body, and the number of 503 before.
    pub(crate) async fn insist(&mut self, path: &str) -> Result<(String, usize)> {
        let mut refused = 0;
        loop {
            let answer = self.get(path).await?;
            match answer.status {
                200 => return Ok((answer.body, refused)),
                503 => refused += 1,
                status => return Err(Error::other(format!("{path}: {status}"))),
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// The body of a 200.
    pub(crate) async fn read(&mut self, path: &str) -> Result<String> {
        self.insist(path).await.map(|(body, _)| body)
    }

    fn request(&self, path: &str) -> String {
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n"));
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", cookie.unwrap_or_default())
    }
}

impl Answer {
    /// The cookie that it sets; `None` if it sets none or removes it.
    pub(crate) fn given(&self) -> Option<String> {
        held(self.set_cookie.as_ref()?)
    }
}

fn held(line: &str) -> Option<String> {
    if line.contains("Max-Age=0") { None } else { line.split(';').next().map(str::to_owned) }
}

async fn connect(server: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn exchange(
    mut connection: BufReader<TcpStream>,
    request: &str,
) -> Result<(BufReader<TcpStream>, Answer)> {
    connection.write_all(request.as_bytes()).await?;
    let status = line(&mut connection).await?;
    let status = status.split(' ').nth(1).and_then(|status| status.parse().ok());
    let mut answer = Answer { status: status.ok_or(ErrorKind::InvalidData)?, ..Answer::default() };
    let mut length = 0;
    loop {
        let line = line(&mut connection).await?;
        let Some((name, value)) = line.split_once(": ") else { break };
        match name {
            "content-length" => length = value.parse().map_err(|_| ErrorKind::InvalidData)?,
            "set-cookie" => answer.set_cookie = Some(value.to_owned()),
            "retry-after" => answer.retry_after = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await?;
    answer.body = String::from_utf8(body).map_err(|_| ErrorKind::InvalidData)?;
    Ok((connection, answer))
}

/// Without its end; empty behind the last header.
async fn line(connection: &mut BufReader<TcpStream>) -> Result<String> {
    let mut line = String::new();
    match connection.read_line(&mut line).await? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_end().to_owned()),
    }
}
