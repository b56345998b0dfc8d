//! Beside zlib-rs, whose streams are as long as zlib's.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use proptest::prelude::*;

use super::*;

fn stream(text: &[u8]) -> Vec<u8> {
    Deflater::default().compress(text, usize::MAX / 8).unwrap().to_vec()
}

fn of_zlib(text: &[u8]) -> Vec<u8> {
    let mut stream = Vec::with_capacity(text.len() + 100);
    let status =
        Compress::new(Compression::new(6), true).compress_vec(text, &mut stream, FlushCompress::Finish);
    assert_eq!(status.unwrap(), Status::StreamEnd);
    stream
}

fn inflated(stream: &[u8], length: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(length + 1);
    let mut zlib = Decompress::new(true);
    assert_eq!(zlib.decompress_vec(stream, &mut text, FlushDecompress::Finish).unwrap(), Status::StreamEnd);
    assert_eq!(zlib.total_in(), stream.len() as u64, "nothing follows the stream");
    text
}

/// Sessions as programs have them.
fn sessions() -> Vec<String> {
    let csrf = "\"csrf_token\":\"9f8e7d6c5b4a39281706f5e4d3c2b1a0\"";
    let item = |n: usize| {
        format!(
            "{{\"sku\":\"{:05}-{}\",\"title\":\"Article {}\",\"qty\":{}}}",
            n * 7919 % 99_991,
            n * 31 % 97,
            n * 17 % 1000,
            n % 5 + 1
        )
    };
    let cart = |items: usize| (0..items).map(item).collect::<Vec<_>>().join(",");
    let mut sessions = vec![
        String::new(),
        "{}".to_owned(),
        "{\"_user_id\":\"42\",\"_fresh\":true}".to_owned(),
        format!("{{\"_fresh\":true,\"_user_id\":\"42\",{csrf}}}"),
        "{\"cart\":\"a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p\",\"csrf\":\"0123456789abcdef0123456789abcdef\",\"name\":\"Zoe Example\",\"roles\":\"admin,editor,viewer\",\"user_id\":42}".to_owned(),
        format!("{{\"_flashes\":[{{\" t\":[\"message\",\"You are logged in\"]}},{{\" t\":[\"error\",\"You are not an editor\"]}}],{csrf}}}"),
    ];
    sessions.extend((1..60).map(|items| format!("{{\"cart\":[{}],{csrf}}}", cart(items))));
    sessions
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    let words = &[
        "\"user\":",
        "true",
        "{",
        "}",
        "[",
        "],",
        "\"name\":\"Zoe\"",
        "12",
        "3",
        "4",
        "e",
        "a",
        "0",
        " ",
        "\u{e9}",
        "\\u00e9",
    ][..];
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..600),
        prop::collection::vec(0_u8..3, 0..LONGEST),
        prop::collection::vec(prop_oneof![b'0'..=b'9', b'a'..=b'f'], 0..600),
        "[ -~]{0,300}".prop_map(String::into_bytes),
        prop::collection::vec(prop::sample::select(words), 0..400)
            .prop_map(|words| words.concat().into_bytes()),
        (prop::collection::vec(any::<u8>(), 1..40), 1_usize..100)
            .prop_map(|(text, times)| text.repeat(times)),
    ]
    .prop_map(|mut text| {
        text.truncate(LONGEST);
        text
    })
}

#[test]
fn the_checksum_is_the_one_of_zlib() {
    for text in [&[0xff; LONGEST][..], &[0xff; 17], b"Wikipedia", b""] {
        assert_eq!(adler32(text).to_be_bytes(), of_zlib(text)[of_zlib(text).len() - 4..]);
    }
    assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
}

#[test]
fn sessions_are_at_most_a_tenth_longer_than_zlibs() {
    for session in sessions() {
        let (ours, zlib) = (stream(session.as_bytes()), of_zlib(session.as_bytes()));
        println!("{} bytes: {}, zlib {}", session.len(), ours.len(), zlib.len());
        assert_eq!(inflated(&ours, session.len()), session.as_bytes());
        assert!(ours.len() * 10 <= zlib.len() * 11, "{} for {}: {session}", ours.len(), zlib.len());
    }
}

#[test]
fn a_stream_that_is_too_long_is_not_written() {
    let text = sessions().pop().unwrap();
    let length = stream(text.as_bytes()).len();
    let mut deflater = Deflater::default();
    assert!(deflater.compress(text.as_bytes(), length).is_some());
    assert!(deflater.compress(text.as_bytes(), length - 1).is_none());
    assert!(deflater.compress(b"", 0).is_none());
}

proptest! {
    /// With one deflater for all, whose buffers hold what was before.
    #[test]
    fn zlib_reads_whatever_is_written(texts in prop::collection::vec(text(), 1..4)) {
        let mut deflater = Deflater::default();
        for text in texts {
            let stream = deflater.compress(&text, usize::MAX / 8).unwrap();
            prop_assert_eq!(inflated(stream, text.len()), text);
        }
    }

    /// What is compressed at all is at most a tenth longer than with zlib. A text that zlib shortens by less may stay as it is.
    #[test]
    fn nothing_is_much_longer_than_with_zlib(text in text()) {
        let (ours, zlib) = (stream(&text).len().min(text.len()), of_zlib(&text).len().min(text.len()));
        prop_assert!(ours * 10 <= zlib * 11 + 9, "{ours} for {zlib}");
    }
}
