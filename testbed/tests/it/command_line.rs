//! The command line of each program.

use dewar_testbed::Arguments;

#[test]
fn the_arguments_that_it_takes_and_those_it_refuses() {
    let read = |arguments: &str| Arguments::read(arguments.split_whitespace().map(str::to_owned));
    let by_default = Arguments { port: 5000, store: "cookie".into(), is_flask: false };
    assert_eq!(read(""), Ok(by_default));
    let all = Arguments { port: 0, store: "redis://localhost".into(), is_flask: true };
    assert_eq!(read("--store redis://localhost --port 0 --records flask"), Ok(all));
    assert_eq!(read("--port"), Err("--port: a value is missing".into()));
    assert_eq!(read("--port 70000"), Err("--port 70000: not a port".into()));
    assert_eq!(read("--records pickle"), Err("--records pickle: there are native and flask".into()));
    assert_eq!(read("--prot 1"), Err("--prot: unknown; there are --port, --store and --records".into()));
}
