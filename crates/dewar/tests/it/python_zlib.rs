//! Compressed payloads beside Python's zlib: it reads all that we write, we read all that it writes, and ours are at most a tenth longer.
//!
//! `DEWAR_PYTHON` names the Python. Without it there is nothing to compare with: the test says so and passes, unless `DEWAR_REQUIRE_ALL=1`.

use std::io::Write;
use std::process::{Command, Stdio};

use dewar::codec::{Codec, DecodeError, EncodeError};
use dewar::signing::{
    SecretKeys, SerializerOptions, UrlSafeSerializer, base64_decode, base64_encode, decode_payload, inspect,
};
use dewar::value::Value;
use serde_json::{Value as Json, json};

use dewar_servers::python;

/// Reads lines of text and of our stream or nothing, each base64; writes its own stream and its length.
const SCRIPT: &str = r#"
import base64, json, sys, zlib
def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
for line in sys.stdin:
    text, ours = json.loads(line)
    text = decode(text)
    if ours is not None:
        assert zlib.decompress(decode(ours)) == text, text
    theirs = zlib.compress(text)
    print(json.dumps([base64.urlsafe_b64encode(theirs).decode().rstrip("="), len(theirs)]))
"#;

#[test]
fn python_reads_what_is_compressed_here_and_is_read() {
    let Some(python) = python() else { return };
    let texts = texts();
    let ours: Vec<_> = texts.iter().map(|text| stream(text)).collect();
    let theirs = asked(Command::new(python).args(["-c", SCRIPT]), &texts, &ours);
    assert_eq!(theirs.len(), texts.len());
    let mut longest = (0.0_f64, 0);
    for ((text, ours), theirs) in texts.iter().zip(&ours).zip(&theirs) {
        let payload = format!(".{}", theirs[0].as_str().unwrap());
        assert_eq!(&decode_payload(payload.as_bytes(), text.len()).unwrap(), text);
        let zlib = usize::try_from(theirs[1].as_u64().unwrap()).unwrap().min(text.len());
        let length = ours.as_ref().map_or(text.len(), Vec::len);
        let ratio = length as f64 / zlib.max(1) as f64;
        longest = if ratio > longest.0 { (ratio, text.len()) } else { longest };
        assert!(length * 10 <= zlib * 11 + 10, "{length} bytes, zlib {zlib}: {}", text.escape_ascii());
    }
    println!(
        "{} texts, the longest stream has {:.3} of zlib's bytes ({})",
        texts.len(),
        longest.0,
        longest.1
    );
}

fn asked(command: &mut Command, texts: &[Vec<u8>], ours: &[Option<Vec<u8>>]) -> Vec<Json> {
    let line = |(text, ours): (&Vec<u8>, &Option<Vec<u8>>)| {
        format!("{}\n", json!([base64_encode(text), ours.as_ref().map(|stream| base64_encode(stream))]))
    };
    let lines: String = texts.iter().zip(ours).map(line).collect();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "Python's zlib did not read it");
    writer.join().unwrap().unwrap();
    str::from_utf8(&output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a token holds for these bytes, if it is compressed.
fn stream(text: &[u8]) -> Option<Vec<u8>> {
    let keys = SecretKeys::accepting_weak("secret").unwrap();
    let serializer = UrlSafeSerializer::new(&keys, Plain, SerializerOptions::default()).unwrap();
    let token = serializer.dumps(&Value::Bytes(text.to_vec())).unwrap();
    let payload = inspect(token.as_bytes(), b".").unwrap().signed;
    payload.strip_prefix(b".").map(|stream| base64_decode(stream).unwrap())
}

/// Sessions, each cut at some lengths, and noise of a few letters: up to 64 KiB.
fn texts() -> Vec<Vec<u8>> {
    let mut random = Random(1);
    let mut texts = vec![Vec::new()];
    for items in (0..200).chain([400, 800, 1200]) {
        let session = random.session(items);
        texts.push(session[..random.below(session.len() + 1)].to_vec());
        texts.push(session);
    }
    for length in (0..400).chain([4095, 4096, 4097, 20_000, 65_535, 65_536]) {
        let letters = 1 + random.below(256);
        texts.push((0..length).map(|_| random.below(letters) as u8).collect());
        texts.push((0..length).map(|_| b"0123456789abcdef"[random.below(16)]).collect());
    }
    texts.iter_mut().for_each(|text| text.truncate(64 << 10));
    texts
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn session(&mut self, items: usize) -> Vec<u8> {
        let words =
            ["admin", "editor", "Zoe", "light", "caf\\u00e9", "de", "true", "warning", "Your cart is full"];
        let keys = ["name", "role", "theme", "lang", "_flashes", "sku", "qty", "price"];
        let mut session = format!("{{\"_fresh\":true,\"_user_id\":\"{}\"", self.below(100_000));
        for _ in 0..items {
            let key = keys[self.below(keys.len())];
            session += &match self.below(4) {
                0 => format!(",\"{key}\":{}", self.below(1000)),
                1 => format!(",\"{key}\":\"{:016x}\"", self.below(usize::MAX)),
                2 => format!(
                    ",\"{key}{}\":{{\" t\":[\"{}\",1]}}",
                    self.below(100),
                    words[self.below(words.len())]
                ),
                _ => format!(",\"{key}\":\"{}\"", words[self.below(words.len())]),
            };
        }
        (session + "}").into_bytes()
    }
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
