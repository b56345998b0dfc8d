//! axum, and users in SQLite by sqlx.

#[path = "../../parts/login.rs"]
mod login;
#[path = "../../parts/sqlx_users.rs"]
mod users;

#[tokio::main]
async fn main() -> Result<(), login::Failed> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:5000").await?;
    Ok(axum::serve(listener, login::app("program.db".as_ref()).await?).await?)
}
