//! What is to be reached, beside what is: a line for each target, with the peers of the same run.

mod goal;
mod list;
mod parts;
mod redis_cpu;

pub(crate) use self::parts::run;
