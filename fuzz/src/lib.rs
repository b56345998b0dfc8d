//! Bad input, as functions: the same bodies run under cargo-fuzz and as property tests.
