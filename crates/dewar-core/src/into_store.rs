//! Conversion into a shared store.

use std::sync::Arc;

use crate::contract::Store;

/// A store, or an `Arc` of a store: the parameter of functions that take a store.
///
/// Pass a [`Store`] by value, or an `Arc` if the program goes on using it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session store",
    label = "not a `Store`",
    note = "take `Memory::new()`, what `dewar_stores::open(url).await?` returns, or a type of yours that implements `AsyncStore` or `Store`"
)]
pub trait IntoStore {
    /// Converts to a shared store.
    fn into_store(self) -> Arc<dyn Store>;
}

impl<S: Store + 'static> IntoStore for S {
    fn into_store(self) -> Arc<dyn Store> {
        Arc::new(self)
    }
}

impl<S: Store + 'static> IntoStore for Arc<S> {
    fn into_store(self) -> Arc<dyn Store> {
        self
    }
}

impl IntoStore for Arc<dyn Store> {
    fn into_store(self) -> Arc<dyn Store> {
        self
    }
}
