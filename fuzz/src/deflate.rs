//! Compressed payloads, beside zlib-rs in both directions.

use dewar::codec::{Codec, DecodeError, EncodeError};
use dewar::signing::{
    SerializerOptions, UrlSafeSerializer, base64_decode, base64_encode, decode_payload, inspect,
};
use dewar::value::Value;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::input::Input;
use crate::program::keys;

/// The longest text, in bytes.
const LONGEST: usize = 64 << 10;

/// Zlib reads what is written here, and what zlib writes is read here. A damaged stream is refused, or gives no more than it may.
pub fn deflate(data: &[u8]) {
    let mut input = Input::new(data);
    let (level, damaged_at) = (input.byte() % 10, usize::from(input.byte()));
    let text = text(input);
    ours_is_read_by_zlib(&text);
    let mut stream = compressed(&text, level);
    assert_eq!(payload_of(&stream, text.len()).as_ref(), Some(&text));
    if let Some(byte) = stream.get_mut(damaged_at) {
        *byte ^= 1 << (level % 8);
    }
    assert!(payload_of(&stream, 1000).is_none_or(|read| read.len() <= 1000));
}

fn ours_is_read_by_zlib(text: &[u8]) {
    let serializer = UrlSafeSerializer::new(&keys(), Plain, SerializerOptions::with_salt("fuzz")).unwrap();
    let token = serializer.dumps(&Value::Bytes(text.to_vec())).unwrap();
    assert_eq!(serializer.loads(token.as_bytes()).unwrap(), Value::Bytes(text.to_vec()));
    let payload = inspect(token.as_bytes(), b".").unwrap().signed;
    match payload.strip_prefix(b".") {
        Some(stream) => {
            let stream = base64_decode(stream).unwrap();
            assert!(stream.len() + 2 <= text.len(), "the mark takes one byte");
            assert_eq!(inflated(&stream, text.len()), text);
        }
        None => assert_eq!(base64_decode(payload).unwrap(), text),
    }
}

/// A text with repetitions: pieces of the input, copies of what is there, and runs.
fn text(mut input: Input<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    while !input.is_empty() && text.len() < LONGEST {
        match input.byte() % 4 {
            0 | 1 => text.extend_from_slice(input.bytes()),
            2 => {
                let start = text.len().saturating_sub(usize::from(input.byte()) << (input.byte() % 8));
                let length = usize::from(input.byte());
                text.extend_from_within(start..text.len().min(start + length));
            }
            _ => text.extend(input.bytes().repeat(usize::from(input.byte()))),
        }
    }
    text.truncate(LONGEST);
    text
}

fn payload_of(stream: &[u8], limit: usize) -> Option<Vec<u8>> {
    decode_payload(format!(".{}", base64_encode(stream)).as_bytes(), limit).ok()
}

fn compressed(text: &[u8], level: u8) -> Vec<u8> {
    let mut stream = Vec::with_capacity(text.len() * 2 + 1000);
    let mut zlib = Compress::new(Compression::new(level.into()), true);
    let status = zlib.compress_vec(text, &mut stream, FlushCompress::Finish).unwrap();
    assert_eq!(status, Status::StreamEnd);
    stream
}

fn inflated(stream: &[u8], length: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(length + 1);
    let mut zlib = Decompress::new(true);
    assert_eq!(zlib.decompress_vec(stream, &mut text, FlushDecompress::Finish).unwrap(), Status::StreamEnd);
    assert_eq!(zlib.total_in(), stream.len() as u64, "nothing follows the stream");
    text
}

/// Bytes as they are.
#[derive(Debug)]
struct Plain;

impl Codec for Plain {
    fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        match value {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            _ => Err(EncodeError::Unsupported { kind: "object" }),
        }
    }

    fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        Ok(Value::Bytes(bytes.to_vec()))
    }
}
