//! Pickles that would do harm: each is refused, at little cost.

use super::*;

/// Each names something to call, in its own way.
const CALLS: &[&[u8]] = &[
    b"cos\nsystem\n(S'id'\ntR.",
    b"cposix\nsystem\n(S'id'\ntR.",
    b"cnt\nsystem\n(S'id'\ntR.",
    b"\x80\x02cos\npopen\nX\x02\0\0\0id\x85R.",
    b"csubprocess\nPopen\n((lS'id'\natR.",
    b"csubprocess\ncheck_output\n((lS'id'\natR.",
    b"cbuiltins\neval\n(S'1'\ntR.",
    b"c__builtin__\neval\n(S'1'\ntR.",
    b"cbuiltins\nexec\n(S'1'\ntR.",
    b"cbuiltins\ngetattr\n(cbuiltins\nset\nS'x'\ntR.",
    b"cbuiltins\n__import__\n(S'os'\ntR.",
    b"c__builtin__\napply\n(cos\nsystem\n(S'id'\nttR.",
    b"c__builtin__\nfile\n(S'x'\ntR.",
    b"cbuiltins\nopen\n(S'x'\ntR.",
    b"cbuiltins\nmap\n(tR.",
    b"cbuiltins\nlist\n(tR.",
    b"cbuiltins\ntype\n(tR.",
    b"cbuiltins\nset.__class__\n(tR.",
    b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.",
    b"\x80\x04\x8c\x08builtins\x8c\x07getattr\x93.",
    b"\x80\x04\x8c\x08builtins\x8c\x0cset.__init__\x93.",
    b"\x80\x04\x8c\x08datetime\x8c\x18datetime.__reduce_ex__.x\x93.",
    b"\x80\x04\x8c\x08datetime\x8c\x03sys\x93.",
    b"\x80\x04\x8c\x04uuid\x8c\x02os\x93.",
    b"\x80\x04\x8c\x04uuid\x8c\x08os.popen\x93.",
    b"\x80\x04\x8c\x0buuid\nUUID\nx\x8c\x00\x93.",
    b"\x80\x04C\x04uuidC\x04UUID\x93.",
    b"\x80\x04KaKb\x93.",
    b"cuuid\n_load_system_functions\n)R.",
    b"cuuid\nUUID\n(S'x'\ntR.",
    b"cuuid\nUUID \n)\x81.",
    b"c\n\n)R.",
    b"c_codecs\ndecode\n(S'x'\nS'hex'\ntR.",
    b"c_codecs\nencode\n(Vx\nVhex\ntR.",
    b"c_codecs\nencode\n(Vx\nVpickle\ntR.",
    b"c_codecs\nencode\n(V\\u0100\nVlatin1\ntR.",
    b"ccopyreg\n_reconstructor\n(cos\nsystem\nc__builtin__\nobject\nNtR.",
    b"ccopyreg\n_reconstructor\n(cuuid\nUUID\nc__builtin__\nset\nNtR.",
    b"ccopyreg\n__newobj__\n(cbuiltins\nset\ntR.",
    b"ccopyreg\nadd_extension\n(S'os'\nS'system'\nI1\ntR.",
    b"cfunctools\npartial\n(tR.",
    b"coperator\nattrgetter\n(S'x'\ntR.",
    b"ccollections\ndefaultdict\n(cbuiltins\ngetattr\ntR.",
    b"ccollections\ndefaultdict\n(Vset\ntR.",
    b"ccollections\ndeque\n(I5\ntR.",
    b"ccollections\nCounter\n(Vabc\ntR.",
    b"cbuiltins\nbytearray\n(I1000000000000\ntR.",
    b"cbuiltins\nrange\n(I1\ntR.",
    b"cbuiltins\nlist\n(cbuiltins\nrange\n(I0\nI1000000000\nI1\ntRtR.",
    b"cbuiltins\ngetattr\n(czoneinfo\nZoneInfo\nVfrom_file\ntR.",
    b"cbuiltins\ngetattr\n(cdatetime\ndatetime\nV_unpickle\ntR.",
    b"czoneinfo\nZoneInfo\n(VUTC\ntR.",
    b"cdecimal\nDecimal\n(I1\ntR.",
    b"cdatetime\ntimezone\n(I1\ntR.",
    b"cdatetime\ndatetime\nC\x0a\x07\xe8\x01\x01\0\0\0\0\0\0VUTC\n\x86R.",
    b"cdatetime\ntime\nC\x06\x19\0\0\0\0\0\x85R.",
    b"cpickle\nloads\n(S'N.'\ntR.",
    b"cmarshal\nloads\n(S'N'\ntR.",
    b"ctypes\nCodeType\n(tR.",
    b"cwebbrowser\nopen\n(S'x'\ntR.",
    b"cdatetime\ndate\n(S'xxxx'\ntR.",
    b"czoneinfo\nZoneInfo._unpickle\n(S'UTC'\nI1\ntR.",
    b"cos\nsystem\n0N.",
    b"cos\nsystem\np0\n0(dg0\n0.",
    b"(S'id'\nios\nsystem\n.",
    b"(cos\nsystem\nS'id'\no.",
    b"(iuuid\nUUID\n.",
    b"(cuuid\nUUID\no.",
    b"cos\nsystem\nS'id'\n\x85\x81.",
    b"cbuiltins\nset\n)\x81.",
    b"cuuid\nUUID\n)}\x92.",
    b"cuuid\nUUID\n)}(Va\nNu\x92.",
    b"\x82\x01.",
    b"\x83\x01\x00.",
    b"\x84\x01\x00\x00\x00.",
    b"P1\n.",
    b"NQ.",
    b"\x97.",
    b"\x97\x98.",
    b"}}b.",
    b"}}Va\nNsb.",
    b"]}b.",
    b"cuuid\nUUID\n}b.",
    b"cuuid\nUUID\n)\x81}Vint\nI1\nsb}Vint\nI2\nsb.",
    b"cuuid\nUUID\n)\x81NN\x86b.",
    b"NNR.",
    b"N)R.",
    b"](tR.",
    b"cbuiltins\nset\nNR.",
    b"cbuiltins\nset\nN\x85R.",
    b"cbuiltins\nset\n(NNtR.",
    b"cdatetime\ndatetime\nC\x0a\xff\xff\x01\x01\0\0\0\0\0\0\x85R.",
    b"cdatetime\ndatetime\nC\x0a\x07\xe8\x02\x1e\0\0\0\0\0\0\x85R.",
    b"cdatetime\ndatetime\nC\x0a\x07\xe8\x01\x01\0\0\0\xff\xff\xff\x85R.",
    b"cdatetime\ndatetime\nC\x09\x07\xe8\x01\x01\0\0\0\0\0\x85R.",
    b"cdatetime\ntimedelta\n(I9223372036854775807\nI0\nI0\ntR.",
    b"cdatetime\ntimedelta\n(I1\nI86400\nI0\ntR.",
];

/// Each is put together wrongly.
const BROKEN: &[&[u8]] = &[
    b"",
    b".",
    b"(.",
    b"N",
    b"NN.",
    b"(N.",
    b"a.",
    b"Na.",
    b"}Na.",
    b"]Nu.",
    b"]NNs.",
    b"}(Nu.",
    b"(Nd.",
    b"e.",
    b"]e.",
    b"t.",
    b"0.",
    b"1.",
    b"2.",
    b"(N2a.",
    b"](a.",
    b"}N(s.",
    b"N(\x85.",
    b"NN\x87.",
    b"\x93.",
    b"b.",
    b"R.",
    b"\x81.",
    b"\x94.",
    b"q\x00.",
    b"h\x00.",
    b"g0\n.",
    b"gx\n.",
    b"g-1\n.",
    b"p99999999999\n.",
    b"Np4294967296\n.",
    b"j\0\0\0\0.",
    b"\x80\x06N.",
    b"\x80",
    b"\xffN.",
    b"\x95\x01\0\0\0\0\0\0\0",
    b"\x95\xff\xff\xff\xff\xff\xff\xff\xffN.",
    b"Ix\n.",
    b"I\n.",
    b"I0x10\n.",
    b"I1_0\n.",
    b"I+1\n.",
    b"I1",
    b"LL\n.",
    b"L--1\n.",
    b"Fx\n.",
    b"F\n.",
    b"F1_0\n.",
    b"S'a\n.",
    b"Sa\n.",
    b"S\n.",
    b"S'\\x'\n.",
    b"V\\u12\n.",
    b"X\x01\0\0\0\xff.",
    b"\x8c\x02\xc3.",
    b"N.N",
    b"N.\n",
    b"cos",
    b"c\xff\n\xff\n.",
    b"}]Ns.",
    b"}}Ns.",
    b"}]\x85Ns.",
    b"?.",
];

#[test]
fn nothing_is_called_or_imported() {
    for pickle in CALLS {
        let answer = read(pickle);
        assert!(
            matches!(answer, Err(DecodeError::NotPlainData { .. })),
            "{}: {answer:?}",
            pickle.escape_ascii()
        );
        let within = [b"\x80\x04}(X\x01\0\0\0a", &pickle[..pickle.len() - 1], b"u."].concat();
        assert!(read(&within).is_err(), "{}", pickle.escape_ascii());
    }
}

#[test]
fn a_class_is_no_value() {
    for class in ["datetime\ndatetime", "uuid\nUUID", "builtins\nset", "_codecs\nencode", "builtins\nobject"]
    {
        let pickle = format!("c{class}\n.");
        assert_eq!(read(pickle.as_bytes()), Err(DecodeError::NotPlainData { at: pickle.len() - 1 }));
    }
    assert!(matches!(read(b"cuuid\nUUID\n)\x81."), Err(DecodeError::NotPlainData { .. })));
    assert!(matches!(read(b"cdatetime\ntimedelta\nNNN\x87R."), Err(DecodeError::NotPlainData { .. })));
}

#[test]
fn what_is_broken_is_refused() {
    for pickle in BROKEN {
        assert!(read(pickle).is_err(), "{}", pickle.escape_ascii());
    }
}

#[test]
fn a_length_is_not_believed() {
    let huge = (1_u64 << 60).to_le_bytes();
    for opcode in [0x8d, 0x8e, 0x96, 0x95] {
        assert!(read(&[&[opcode][..], &huge, b"x."].concat()).is_err());
    }
    for opcode in *b"TXB\x8b" {
        assert!(read(&[opcode, 0xff, 0xff, 0xff, 0xff, b'x', b'.']).is_err());
        assert!(read(&[opcode, 0xff, 0xff, 0xff, 0x7f, b'x', b'.']).is_err());
    }
    let digits = format!("L{}L\n.", "9".repeat(4301));
    assert_eq!(read(digits.as_bytes()), Err(DecodeError::NumberOutOfRange { at: 1 }));
    let long = [&b"\x8b\xff\xff\x00\x00"[..], &[0x11; 0xffff], b"."].concat();
    assert!(read(&long).is_ok_and(|kept| kept.kind() == "int"), "kept without its digits");
}

#[test]
fn a_good_pickle_cut_anywhere_is_refused() {
    let good = include_str!("cpython.txt").lines().filter(|line| !line.starts_with('#'));
    for pickle in good.flat_map(|line| line.split(' ').map(hex).collect::<Vec<_>>()) {
        for end in 0..pickle.len() {
            assert!(read(&pickle[..end]).is_err());
        }
        assert!(read(&[&pickle[..], b"."].concat()).is_err());
    }
}

#[test]
fn a_bomb_of_references_is_counted() {
    // Each list holds the one before ten times: 10^20 values in a few hundred bytes.
    let lists: Vec<u8> = (0..20_u8)
        .flat_map(|at| [&b"("[..], &[b'h', at].repeat(10), b"lq", &[at + 1], b"0"].concat())
        .collect();
    let bomb = [b"(lq\x000", &lists[..], b"h\x14."].concat();
    assert_eq!(read(&bomb), Err(DecodeError::TooManyItems { limit: 100_000 }));
}

#[test]
fn a_long_text_that_is_shared_counts_each_time() {
    let text = [&b"X\x00\x00\x08\x00"[..], &vec![b'a'; 512 << 10], b"q\x000"].concat();
    let sharing = |times: usize| [&text[..], b"(", &b"h\x00".repeat(times), b"l."].concat();
    assert!(read(&sharing(2)).is_ok());
    assert_eq!(read(&sharing(3)), Err(DecodeError::TooLarge { limit: 1 << 20 }));
}

#[test]
fn sets_of_one_long_list_cannot_multiply_it() {
    let list = [b"(", &b"N".repeat(40_000)[..], b"lq\x000"].concat();
    let sets = b"cbuiltins\nset\nh\x00\x85R0".repeat(1000);
    assert_eq!(read(&[&list[..], &sets, b"N."].concat()), Err(DecodeError::TooManyItems { limit: 100_000 }));
}

#[test]
fn what_contains_itself_is_refused() {
    for pickle in [
        &b"]q\x00h\x00a."[..],
        b"}q\x00Va\nh\x00s.",
        b"]q\x00h\x00\x85a.",
        b"]q\x00(h\x00h\x00h\x00e.",
        b"\x8fq\x00(h\x00\x90.",
    ] {
        let answer = read(pickle);
        let refused = matches!(answer, Err(DecodeError::TooDeep { .. } | DecodeError::TooManyItems { .. }));
        assert!(refused, "{}: {answer:?}", pickle.escape_ascii());
    }
}

#[test]
fn depth_ends_before_the_stack() {
    let nested = |depth: usize| [&b"]".repeat(depth)[..], &b"a".repeat(depth - 1), b"."].concat();
    assert!(read(&nested(128)).is_ok());
    assert_eq!(read(&nested(129)), Err(DecodeError::TooDeep { limit: 128 }));
    assert_eq!(read(&nested(90_000)), Err(DecodeError::TooDeep { limit: 128 }));
    let tuples = [b"N", &b"\x85".repeat(90_000)[..], b"."].concat();
    assert_eq!(read(&tuples), Err(DecodeError::TooDeep { limit: 128 }));
    let marks = [&b"(".repeat(1_000_000)[..], b"."].concat();
    assert!(read(&marks).is_err());
}

#[test]
fn size_is_asked_before_anything_else() {
    let limits = Limits { bytes: 3, ..Limits::default() };
    assert_eq!(
        Pickle::default().with_limits(limits).decode_value(b"NNN."),
        Err(DecodeError::TooLarge { limit: 3 })
    );
    assert_eq!(
        read(&[b"(", &b"N".repeat(100_001)[..], b"l."].concat()),
        Err(DecodeError::TooManyItems { limit: 100_000 })
    );
    let many_numbers = [b"N", &b"\x94".repeat(100_001)[..], b"."].concat();
    // The same object under ever new numbers.
    assert_eq!(read(&many_numbers), Err(DecodeError::TooManyItems { limit: 100_000 }));
}

#[test]
fn a_session_is_a_dict() {
    for pickle in [&b"N."[..], b"].", b")"] {
        assert!(Pickle::default().decode(pickle).is_err());
    }
    assert_eq!(Pickle::default().decode(b"(d."), Ok(Map::new()));
}
