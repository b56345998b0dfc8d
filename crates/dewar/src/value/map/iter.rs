//! Iterators over the entries of a map.

use super::{Entries, Map};
use crate::value::{Text, Value};

impl IntoIterator for Map {
    type Item = (Text, Value);
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter(match self.0 {
            Entries::Few(entries) => Either::Few(entries.into_iter()),
            Entries::FewFields(entries) => Either::Few(entries.into_vec().into_iter()),
            Entries::Many(entries) | Entries::ManyFields(entries) => Either::Many(entries.into_iter()),
            Entries::Mixed(entries) => Either::Mixed(entries.into_texts().into_iter()),
        })
    }
}

/// The text keys and values of a [`Map`] in order, by value.
#[derive(Debug)]
pub struct IntoIter(Either<Owned, indexmap::map::IntoIter<Text, Value>, Owned>);

type Owned = std::vec::IntoIter<(Text, Value)>;

impl Iterator for IntoIter {
    type Item = (Text, Value);

    fn next(&mut self) -> Option<(Text, Value)> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for IntoIter {
    fn next_back(&mut self) -> Option<(Text, Value)> {
        self.0.next_back()
    }
}

impl ExactSizeIterator for IntoIter {}

/// An iterator over the entries of any of the three forms.
#[derive(Debug)]
pub(super) enum Either<F, M, X> {
    Few(F),
    Many(M),
    Mixed(X),
}

impl<F: Iterator, M: Iterator<Item = F::Item>, X: Iterator<Item = F::Item>> Iterator for Either<F, M, X> {
    type Item = F::Item;

    fn next(&mut self) -> Option<F::Item> {
        match self {
            Self::Few(entries) => entries.next(),
            Self::Many(entries) => entries.next(),
            Self::Mixed(entries) => entries.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Few(entries) => entries.size_hint(),
            Self::Many(entries) => entries.size_hint(),
            Self::Mixed(entries) => entries.size_hint(),
        }
    }
}

impl<F, M, X> DoubleEndedIterator for Either<F, M, X>
where
    F: DoubleEndedIterator,
    M: DoubleEndedIterator<Item = F::Item>,
    X: DoubleEndedIterator<Item = F::Item>,
{
    fn next_back(&mut self) -> Option<F::Item> {
        match self {
            Self::Few(entries) => entries.next_back(),
            Self::Many(entries) => entries.next_back(),
            Self::Mixed(entries) => entries.next_back(),
        }
    }
}

impl<F, M, X> ExactSizeIterator for Either<F, M, X>
where
    F: ExactSizeIterator,
    M: ExactSizeIterator<Item = F::Item>,
    X: ExactSizeIterator<Item = F::Item>,
{
}
