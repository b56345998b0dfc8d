//! Frames: since protocol 4, a pickle is cut into pieces that can be read at once.

use crate::codec::pickle::opcode;

/// A frame ends at the first object that starts after this length. Longer texts and bytes are outside of frames.
const TARGET: usize = 64 << 10;

/// Shorter pieces get no frame.
const SHORTEST: usize = 4;

/// The opcode and eight bytes.
const HEAD: usize = 9;

/// A pickle during writing, which is cut where CPython cuts it.
pub(super) struct Frames {
    out: Vec<u8>,
    /// Where the open frame starts.
    open: Option<usize>,
}

impl Frames {
    /// Starts with bytes outside of any frame.
    pub(super) fn new(head: &[u8]) -> Self {
        Self { out: head.to_vec(), open: None }
    }

    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    pub(super) fn write(&mut self, bytes: &[u8]) {
        if self.open.is_none() {
            self.open = Some(self.out.len());
            self.out.extend_from_slice(&[0; HEAD]);
        }
        self.out.extend_from_slice(bytes);
    }

    /// Writes a header, which contains the length, and then text or bytes.
    pub(super) fn write_long(&mut self, head: &[u8], bytes: &[u8]) {
        if bytes.len() < TARGET {
            self.write(head);
            return self.write(bytes);
        }
        self.close();
        self.out.extend_from_slice(head);
        self.out.extend_from_slice(bytes);
    }

    /// Marks the start of an object.
    pub(super) fn boundary(&mut self) {
        if self.open.is_some_and(|start| self.out.len() - start - HEAD >= TARGET) {
            self.close();
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.close();
        self.out
    }

    fn close(&mut self) {
        let Some(start) = self.open.take() else { return };
        let len = self.out.len() - start - HEAD;
        if len < SHORTEST {
            self.out.drain(start..start + HEAD);
            return;
        }
        let head = self.out.get_mut(start..start + HEAD).and_then(<[u8]>::split_first_mut);
        if let Some((opcode, rest)) = head {
            *opcode = opcode::FRAME;
            rest.copy_from_slice(&(len as u64).to_le_bytes());
        }
    }
}
