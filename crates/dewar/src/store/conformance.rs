//! Every rule of the contract, run on any store.
