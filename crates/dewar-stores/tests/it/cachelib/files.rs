//! The bytes of files, as cachelib wrote them.

use std::os::unix::fs::PermissionsExt;

use dewar::store::Touch;
use dewar::value::Value;

use super::*;

const SID: &str = "6af2ea17d7c837987526415b79ef480eef4af7dd96587029a5a011705d0942d5";
const SID0: &str = "53ca5f9fd31aa125d410f76a78a69d1bfca72df30d4b0ba6e60838dcef03819d";
const SID_MD5: &str = "aab5d6f43551501a910cc3d9ec53104f";

fn permanent() -> Map {
    Map::from([("_permanent", Value::Bool(true)), ("a", Value::Int(1))])
}

/// `cachelib_file_format/v0.17.0`, on a little-endian machine.
#[cfg(target_endian = "little")]
#[tokio::test]
async fn as_cachelib_0_17_writes_them() {
    let (store, folder) = store();
    create(&store, "session:SID", &entry(&permanent(), Some(LATER))).await;
    let tuple = Value::Tuple(vec![1.into(), 2.into()]);
    create(&store, "session:SID0", &entry(&Map::from([("a", tuple)]), None)).await;
    for (name, content) in [
        (
            SID,
            &b"pX\x09f\x80\x05\x95\x19\0\0\0\0\0\0\0}\x94(\x8c\x0a_permanent\x94\x88\x8c\x01a\x94K\x01u."[..],
        ),
        (SID0, b"\0\0\0\0\x80\x05\x95\x0e\0\0\0\0\0\0\0}\x94\x8c\x01a\x94K\x01K\x02\x86\x94s."),
        (COUNTER, b"\0\0\0\0\x80\x05K\x02."),
    ] {
        let path = folder.path().join(name);
        assert_eq!(fs::read(&path).unwrap(), content, "{name}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600, "{name}");
    }
    assert_eq!(entries(folder.path()), [SID0, SID]);
}

#[tokio::test]
async fn files_have_the_mode_that_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder, CachelibOptions { mode: 0o640, ..CachelibOptions::default() });
    create(&store, "session:SID", &small(None)).await;
    for name in [SID, COUNTER] {
        assert_eq!(fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o7777, 0o640);
    }
}

/// `cachelib_file_format/v0.4.1`, and the same as 0.5 and 0.6 wrote it, in a frame; and an end that is a float.
#[tokio::test]
async fn older_files_are_read_and_rewritten() {
    const PICKLE: &[u8] =
        b"\x80\x05\x95\x19\0\0\0\0\0\0\0}\x94(\x8c\x0a_permanent\x94\x88\x8c\x01a\x94K\x01u.";
    for head in [
        &b"JpX\x09f."[..],
        b"\x80\x05JpX\x09f.",
        b"\x80\x05\x95\x06\0\0\0\0\0\0\0JpX\x09f.",
        b"\x80\x05\x95\x0a\0\0\0\0\0\0\0GA\xd9\x82V\x1c\0\0\0.",
    ] {
        let folder = TempDir::new().unwrap();
        let store = open(&folder, CachelibOptions { names: FileNames::Md5, ..CachelibOptions::default() });
        let path = folder.path().join(SID_MD5);
        fs::write(&path, [head, PICKLE].concat()).unwrap();
        let found = store.load(&key("session:SID"), None, NOW).await.unwrap().unwrap();
        assert_eq!((found.expires, &found.payload[..]), (Some(LATER), PICKLE));
        assert_eq!(load(&store, "session:SID", AFTER).await, None);
        let end = UnixTime::from_seconds(1_800_000_000);
        assert!(store.touch(&key("session:SID"), end, NOW).await.unwrap());
        assert_eq!(fs::read(&path).unwrap(), [&1_800_000_000_u32.to_ne_bytes()[..], PICKLE].concat());
        assert_eq!(load(&store, "session:SID", AFTER).await, Some(permanent()));
    }
}

#[tokio::test]
async fn a_session_from_before_an_update_of_cachelib_is_found_and_moves() {
    let folder = TempDir::new().unwrap();
    let old = CachelibOptions { names: FileNames::Md5, ..CachelibOptions::default() };
    create(&open(&folder, old), "session:SID", &small(Some(LATER))).await;
    assert_eq!(load(&open(&folder, CachelibOptions::default()), "session:SID", NOW).await, None);
    let both = CachelibOptions { reads_other_names: true, ..CachelibOptions::default() };
    let store = open(&folder, both);
    let found = store.load(&key("session:SID"), None, NOW).await.unwrap().unwrap();
    assert_eq!(
        store.write(Write::create(&key("session:SID"), &small(None)), NOW).await.unwrap(),
        WriteOutcome::Taken
    );
    let next = entry(&permanent(), Some(LATER));
    let _ = store.write(Write::swap(&key("session:SID"), &found.revision, &next), NOW).await.unwrap();
    assert!(folder.path().join(SID).exists() && !folder.path().join(SID_MD5).exists());
    assert_eq!(load(&store, "session:SID", NOW).await, Some(permanent()));
    assert_eq!(counted(folder.path()), b"\0\0\0\0\x80\x05K\x01.");
}

#[tokio::test]
async fn a_touch_changes_the_end_and_nothing_else() {
    let (store, folder) = store();
    create(&store, "session:SID", &small(Some(LATER))).await;
    let path = folder.path().join(SID);
    let mut held = fs::File::open(&path).unwrap();
    let touch = Touch { expires: LATER.plus(std::time::Duration::from_millis(1999)), if_before: LATER };
    store.load(&key("session:SID"), Some(touch), NOW).await.unwrap().unwrap();
    let due = Touch { if_before: touch.expires, ..touch };
    let found = store.load(&key("session:SID"), Some(due), NOW).await.unwrap().unwrap();
    assert_eq!(found.expires, Some(LATER), "as it was before the touch");
    // The same file: a write that replaced it meanwhile would not have been undone.
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut held, &mut bytes).unwrap();
    assert_eq!(bytes, fs::read(&path).unwrap());
    assert_eq!(bytes[..4], 1_711_888_497_u32.to_ne_bytes());
}

#[tokio::test]
async fn what_is_no_entry_is_absent_and_can_be_replaced() {
    let (store, folder) = store();
    let path = folder.path().join(SID);
    let elsewhere = TempDir::new().unwrap();
    let secret = elsewhere.path().join("secret");
    fs::write(&secret, [&[0; 4][..], b"\x80\x05}."].concat()).unwrap();
    for content in [Some(&b""[..]), Some(b"abc"), None] {
        match content {
            Some(content) => fs::write(&path, content).unwrap(),
            None => std::os::unix::fs::symlink(&secret, &path).unwrap(),
        }
        assert_eq!(load(&store, "session:SID", NOW).await, None, "{content:?}");
        create(&store, "session:SID", &small(Some(LATER))).await;
        assert_eq!(load(&store, "session:SID", NOW).await, Some(Map::from([("a", 1)])));
        assert_eq!(
            store.write(Write::remove(&key("session:SID"), None), NOW).await.unwrap(),
            WriteOutcome::Removed
        );
    }
    assert_eq!(fs::read(&secret).unwrap().len(), 8, "the target of a symlink is left alone");
}

#[tokio::test]
async fn in_the_second_of_its_end_a_session_has_not_yet_expired_as_for_cachelib() {
    let (store, _folder) = store();
    let ends = UnixTime::from_millis(LATER.millis() + 999);
    create(&store, "session:SID", &small(Some(ends))).await;
    let found = store.load(&key("session:SID"), None, LATER).await.unwrap().unwrap();
    assert_eq!(found.expires, Some(LATER), "cut to a second");
    assert_eq!(load(&store, "session:SID", AFTER).await, None);
    assert_eq!(store.sweeper().unwrap().sweep("", 9, LATER).await.unwrap(), 0);
    assert_eq!(store.sweeper().unwrap().sweep("", 9, AFTER).await.unwrap(), 1);
}
