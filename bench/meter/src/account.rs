//! The session that every program reads and writes.

use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

/// 148 bytes as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "a session like any other")]
pub struct Account {
    pub user_id: u64,
    pub name: String,
    pub csrf: String,
    pub roles: String,
    pub cart: String,
}

/// The one session.
#[must_use]
pub fn account() -> Account {
    Account {
        user_id: 42,
        name: "Zoe Example".into(),
        csrf: "0123456789abcdef0123456789abcdef".into(),
        roles: "admin,editor,viewer".into(),
        cart: "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p".into(),
    }
}

/// The new value of a change: another number at each call, so that no change can be skipped.
pub fn visit() -> i64 {
    static VISITS: AtomicI64 = AtomicI64::new(1_000_000);
    VISITS.fetch_add(1, Ordering::Relaxed)
}

/// 64 bytes, for peers that need that many.
pub const SECRET: &str = "7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5f2a6b8c0d4e19375";
