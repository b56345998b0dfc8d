//! A line or two of each library, which need none of its features. (`dewar-sqlx` has nothing without one.)

#[cfg(feature = "dewar")]
pub fn sessions(secret: &str) -> Result<[dewar::SessionManager; 2], dewar::error::SettingsError> {
    let in_cookie = dewar::ClientSide::new(dewar::SecretKeys::new(secret)?);
    let in_memory = dewar::ServerSide::new("shop", dewar::store::Memory::new());
    Ok([dewar::SessionManager::client_side(in_cookie)?, dewar::SessionManager::server_side(in_memory)?])
}

#[cfg(feature = "dewar-core")]
pub async fn is_empty(store: &dyn dewar_core::Store, now: dewar_core::clock::UnixTime) -> bool {
    store.load(&dewar_core::StoreKey::new("a"), None, now).await.is_ok_and(|found| found.is_none())
}

#[cfg(feature = "dewar-stores")]
pub async fn open() -> Result<(), dewar_stores::OpenError> {
    dewar_stores::open("memory:").await.map(|_| ())
}
