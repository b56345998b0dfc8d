//! The budget in bytes, and how many are used.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::slot::Cost;

#[derive(Debug)]
pub(super) struct Budget {
    total: usize,
    used: AtomicUsize,
    owned: AtomicUsize,
}

/// The budget has no room for `need` more bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Full {
    pub(super) need: usize,
}

impl Budget {
    pub(super) fn new(total: usize) -> Self {
        Self { total, used: AtomicUsize::new(0), owned: AtomicUsize::new(0) }
    }

    pub(super) fn total(&self) -> usize {
        self.total
    }

    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    pub(super) fn has_room_for(&self, need: usize) -> bool {
        self.used().saturating_add(need) <= self.total
    }

    /// Whether there would be room after every entry without an owner was evicted.
    pub(super) fn could_have_room_for(&self, need: usize) -> bool {
        self.owned.load(Ordering::Relaxed).saturating_add(need) <= self.total
    }

    /// Charges the budget for entries that replace others. A replacement of the same size or smaller is never refused.
    pub(super) fn exchange(&self, goes: &[Cost], comes: &[Cost]) -> Result<(), Full> {
        let (less, more) = (bytes(goes), bytes(comes));
        if let Some(need) = more.checked_sub(less).filter(|need| *need > 0) {
            let charge = |used: usize| used.checked_add(need).filter(|used| *used <= self.total);
            let charged = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, charge);
            charged.map_err(|_| Full { need })?;
        } else {
            self.used.fetch_sub(less - more, Ordering::Relaxed);
        }
        self.owned.fetch_add(owned(comes), Ordering::Relaxed);
        self.owned.fetch_sub(owned(goes), Ordering::Relaxed);
        Ok(())
    }

    /// Charges the budget without a limit, for what ends an entry: this is never refused.
    pub(super) fn settle(&self, goes: Cost, comes: Option<Cost>) {
        let comes = comes.as_slice();
        self.used.fetch_add(bytes(comes), Ordering::Relaxed);
        self.used.fetch_sub(goes.bytes, Ordering::Relaxed);
        self.owned.fetch_add(owned(comes), Ordering::Relaxed);
        self.owned.fetch_sub(owned(&[goes]), Ordering::Relaxed);
    }
}

fn bytes(costs: &[Cost]) -> usize {
    costs.iter().map(|cost| cost.bytes).sum()
}

fn owned(costs: &[Cost]) -> usize {
    costs.iter().filter(|cost| cost.is_owned).map(|cost| cost.bytes).sum()
}
