//! The numbers of extension types.

/// MessagePack's own.
pub(super) const TIMESTAMP: i8 = -1;

// Dewar's; stored cookies hold them, so a number is never given another meaning.
pub(super) const TUPLE: i8 = 1;
pub(super) const PAIRS: i8 = 2;
pub(super) const HEX: i8 = 3;
pub(super) const WIDE_TEXT: i8 = 4;
pub(super) const MARKUP: i8 = 5;
pub(super) const WIDE_MARKUP: i8 = 6;
pub(super) const UUID: i8 = 7;
pub(super) const NAIVE: i8 = 8;
pub(super) const OFFSET: i8 = 9;
pub(super) const BIG_INT: i8 = 10;
pub(super) const KEPT: i8 = 11;
