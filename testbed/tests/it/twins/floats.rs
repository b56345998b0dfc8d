//! The text of floats that have two shortest spellings, beside the real Python and msgspec.

use std::process::Command;

use dewar::codec::{Codec as _, Json, PythonJson};
use dewar::value::Value;
use dewar_servers::python;

const COUNT: usize = 100_000;

#[test]
fn a_float_between_two_spellings_is_written_as_python_and_msgspec_write_it() {
    let Some(python) = python() else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/twins/halves.py");
    let output = Command::new(python).args([script, &COUNT.to_string()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.lines().count(), COUNT);
    for line in lines.lines() {
        let [bits, repr, msgspec] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let value = Value::Float(f64::from_bits(u64::from_str_radix(bits, 16).unwrap()));
        let ours = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert_eq!(ours(PythonJson::default().encode_value(&value).unwrap()), repr);
        assert_eq!(ours(Json::default().encode_value(&value).unwrap()), msgspec);
    }
}
