//! Dewar beside its peers: time and allocations of the same work, measured in one run, as one table.
#![expect(clippy::print_stdout, reason = "a command speaks to a person")]
#![expect(clippy::unwrap_used, reason = "what is measured must work, else the figures mean nothing")]

mod machine;
mod measure;
mod peers;
mod requests;
mod session;
mod table;
mod tokens;

fn main() {
    machine::describe();
    table::print(&[tokens::measure(), requests::measure()].concat());
}
