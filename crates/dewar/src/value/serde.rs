//! Your types to [`Value`](super::Value) and back, through serde.
