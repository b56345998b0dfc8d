//! Opens a store in the memory of this process.

use std::sync::Arc;

use dewar_core::{Answer, Memory, Store};

use super::wanted::{Place, Wanted};
use crate::OpenError;
use crate::guard::GuardOptions;

/// It cannot fail, so it needs no guard.
pub(super) fn open(wanted: &Wanted, _: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    match wanted.place() {
        Place::Own(url) if matches!(url.split_once(':'), Some((_, "" | "//"))) => {
            Answer::ready(Arc::new(Memory::new()))
        }
        _ => Err(OpenError::new("the URL of an in-memory session store is memory: with nothing after it"))
            .into(),
    }
}
