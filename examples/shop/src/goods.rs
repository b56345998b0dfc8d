//! What is sold.

use serde::Serialize;

/// Something to buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Article {
    /// What forms and sessions call it.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// In cents.
    pub price: u32,
}

/// All that is sold.
pub const GOODS: [Article; 4] = [
    Article { id: "green", name: "Green tea", price: 690 },
    Article { id: "black", name: "Black tea", price: 590 },
    Article { id: "mint", name: "Mint tea", price: 450 },
    Article { id: "pot", name: "Teapot", price: 3_900 },
];
