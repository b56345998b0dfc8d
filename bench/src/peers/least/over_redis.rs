//! Sessions in Redis: handlers that send the commands themselves, without a layer. A change is compared in a script, as Dewar does it where the server
//! has no `SET … IFEQ`.

use axum::extract::{Request, State};
use axum::http::header::{SET_COOKIE, VARY};
use axum::response::{AppendHeaders, IntoResponse};
use axum::{Router, routing::get};
use dewar::codec::{Codec, MsgPack};
use dewar::store::StoreKey;
use dewar::value::{Map, Value};
use dewar_bench_meter::{Account, account, visit};
use redis::aio::MultiplexedConnection;
use redis::{Client, Cmd, FromRedisValue, Script, cmd, from_redis_value};
use tokio::runtime::Runtime;

use super::cookie::{key, new_id, sent, set_cookie};
use crate::requests::ok;

pub(crate) const REDIS: &str = "the least program, Redis";

const MONTH_IN_MILLISECONDS: u64 = 30 * 86_400_000;

#[derive(Clone)]
struct Server {
    connection: MultiplexedConnection,
    swap: &'static str,
}

pub(crate) fn over_redis(runtime: &Runtime, port: u16) -> Router {
    let server = runtime.block_on(Server::connect(port));
    Router::new()
        .route("/untouched", get(ok))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/new", get(new))
        .with_state(server)
}

async fn read(State(mut server): State<Server>, request: Request) -> impl IntoResponse {
    let data = decoded(&server.load(&key_of(&request)).await);
    assert_eq!(data.get("user_id"), Some(&Value::from(42)));
    ([(VARY, "Cookie")], "ok")
}

async fn write(State(mut server): State<Server>, request: Request) -> impl IntoResponse {
    let key = key_of(&request);
    let seen = server.load(&key).await;
    let mut data = decoded(&seen);
    data.insert("visits", visit());
    server.swap(&key, &seen, &encoded(&data)).await;
    ([(VARY, "Cookie")], "ok")
}

async fn new(State(mut server): State<Server>) -> impl IntoResponse {
    let Account { user_id, name, csrf, roles, cart } = account();
    let texts = [("name", name), ("csrf", csrf), ("roles", roles), ("cart", cart)];
    let mut data = Map::from([("user_id", Value::from(user_id))]);
    for (key, text) in texts {
        data.insert(key, text);
    }
    let id = new_id();
    server.create(&id, &encoded(&data)).await;
    (AppendHeaders([(SET_COOKIE, set_cookie(&id)), (VARY, "Cookie".try_into().unwrap())]), "ok")
}

impl Server {
    async fn connect(port: u16) -> Self {
        let client = Client::open(format!("redis://127.0.0.1:{port}")).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let swap = Script::new(
            "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
             redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
             return 1",
        );
        let hash = swap.prepare_invoke().load_async(&mut connection).await.unwrap();
        Self { connection, swap: hash.leak() }
    }

    async fn load(&mut self, key: &StoreKey) -> Vec<u8> {
        self.send(cmd("GET").arg(key.as_bytes())).await
    }

    async fn swap(&mut self, key: &StoreKey, seen: &[u8], payload: &[u8]) {
        let mut call = cmd("EVALSHA");
        call.arg(self.swap).arg(1).arg(key.as_bytes()).arg(seen).arg(payload).arg(MONTH_IN_MILLISECONDS);
        assert!(self.send::<bool>(&call).await, "nobody else writes it");
    }

    async fn create(&mut self, id: &str, payload: &[u8]) {
        let key = key(id);
        let mut command = cmd("SET");
        command.arg(key.as_bytes()).arg(payload).arg("PX").arg(MONTH_IN_MILLISECONDS).arg("NX");
        assert!(self.send::<bool>(&command).await, "the id is random");
    }

    async fn send<T: FromRedisValue>(&mut self, command: &Cmd) -> T {
        let answer = self.connection.send_packed_command(command).await.unwrap();
        from_redis_value(answer).unwrap()
    }
}

fn key_of(request: &Request) -> StoreKey {
    key(sent(request.headers()).unwrap())
}

fn decoded(payload: &[u8]) -> Map {
    MsgPack::native().decode(payload).unwrap()
}

fn encoded(data: &Map) -> Vec<u8> {
    MsgPack::native().encode(data).unwrap()
}
