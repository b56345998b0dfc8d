//! Choices out of a fuzzer's bytes. When they run out, every choice is the first one.

/// What is left of the bytes.
pub(crate) struct Input<'b>(&'b [u8]);

impl<'b> Input<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    pub(crate) fn number(&mut self) -> i64 {
        (0..8).fold(0, |number, _| number << 8 | i64::from(self.byte()))
    }

    /// So many bytes as the next one says, if they are there.
    pub(crate) fn bytes(&mut self) -> &'b [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        bytes
    }

    /// What of those bytes is text.
    pub(crate) fn text(&mut self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    pub(crate) fn rest(self) -> &'b [u8] {
        self.0
    }

    /// The original, with a few edits: bytes flipped, cut out, or put in.
    pub(crate) fn damaged(mut self, original: &[u8]) -> Vec<u8> {
        let mut bytes = original.to_vec();
        while !self.is_empty() {
            let place = usize::from(self.byte()) << 8 | usize::from(self.byte());
            let place = place % (bytes.len() + 1);
            match self.byte() % 4 {
                0 => bytes.insert(place, self.byte()),
                1 => bytes.truncate(place),
                2 => drop(bytes.splice(place..bytes.len().min(place + 1), [])),
                _ => bytes.get_mut(place).into_iter().for_each(|byte| *byte ^= self.byte()),
            }
        }
        bytes
    }
}
