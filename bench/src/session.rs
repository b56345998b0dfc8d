//! The session that everybody reads and writes.

use serde::{Deserialize, Serialize};

/// 148 bytes as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) user_id: u64,
    pub(crate) name: String,
    pub(crate) csrf: String,
    pub(crate) roles: String,
    pub(crate) cart: String,
}

pub(crate) fn account() -> Account {
    Account {
        user_id: 42,
        name: "Zoe Example".into(),
        csrf: "0123456789abcdef0123456789abcdef".into(),
        roles: "admin,editor,viewer".into(),
        cart: "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p".into(),
    }
}

/// 64 bytes, for those who want as many.
pub(crate) const SECRET: &str = "7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5f2a6b8c0d4e19375";
