//! Numbered slots that never move.

use super::slot::Slot;

/// Slots per chunk. Growing never copies the slots of other chunks.
const CHUNK: usize = 64;

/// The slots by which the last chunk grows.
const STEP: usize = 16;

/// The same of the first one, so that a store of few sessions is small.
const FIRST_STEP: usize = 2;

#[derive(Default)]
pub(super) struct Slab {
    chunks: Vec<Vec<Option<Slot>>>,
    free: Vec<u32>,
    /// One more than the highest number that was ever in use.
    end: u32,
}

impl Slab {
    /// The number that the next slot will have.
    pub(super) fn next(&self) -> u32 {
        self.free.last().copied().unwrap_or(self.end)
    }

    pub(super) fn end(&self) -> u32 {
        self.end
    }

    pub(super) fn insert(&mut self, slot: Slot) -> u32 {
        let id = self.next();
        if self.free.pop().is_none() {
            self.push();
        }
        if let Some(place) = self.place(id) {
            *place = Some(slot);
        }
        id
    }

    fn push(&mut self) {
        self.end += 1;
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::new());
        }
        let step = if self.chunks.len() == 1 { FIRST_STEP } else { STEP };
        if let Some(chunk) = self.chunks.last_mut() {
            if chunk.len() == chunk.capacity() {
                chunk.reserve_exact(step);
            }
            chunk.push(None);
        }
    }

    pub(super) fn take(&mut self, id: u32) -> Option<Slot> {
        let slot = self.place(id)?.take()?;
        self.free.push(id);
        Some(slot)
    }

    pub(super) fn get(&self, id: u32) -> Option<&Slot> {
        let id = id as usize;
        self.chunks.get(id / CHUNK)?.get(id % CHUNK)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, id: u32) -> Option<&mut Slot> {
        self.place(id)?.as_mut()
    }

    fn place(&mut self, id: u32) -> Option<&mut Option<Slot>> {
        let id = id as usize;
        self.chunks.get_mut(id / CHUNK)?.get_mut(id % CHUNK)
    }
}
