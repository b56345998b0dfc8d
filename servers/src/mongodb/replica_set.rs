//! A replica set.

use std::thread;
use std::time::{Duration, Instant};

use super::command::{self, Document};
use super::{MongoDb, MongoDbProgram};

const NAME: &str = "dewar";
const TIMEOUT: Duration = Duration::from_secs(60);

/// Three members on this machine, one of which is the primary. They are killed when this value is dropped.
///
/// A primary that does not answer is replaced after a second, and not after ten, as is MongoDB's default.
#[derive(Debug)]
pub struct MongoReplicaSet {
    members: Vec<MongoDb>,
}

impl MongoReplicaSet {
    /// One for a test; see [`MongoDb::for_test`].
    ///
    /// # Panics
    /// If it cannot be started, or if `DEWAR_REQUIRE_ALL` is 1 and there is no program.
    #[must_use]
    #[expect(clippy::panic, reason = "it speaks to the person who runs the tests")]
    pub fn for_test() -> Option<Self> {
        drop(MongoDb::for_test()?);
        Some(Self::start().unwrap_or_else(|why| panic!("{why}")))
    }

    /// Starts the members, and waits until one of them is the primary and the others follow it.
    pub fn start() -> Result<Self, String> {
        let program = MongoDbProgram { replica_set: Some(NAME.to_owned()), ..MongoDbProgram::default() };
        let members = (0..3).map(|_| MongoDb::start_with(program.clone())).collect::<Result<Vec<_>, _>>()?;
        let set = Self { members };
        set.initiate()?;
        set.wait_for_primary()?;
        set.wait_for_members()?;
        Ok(set)
    }

    /// `mongodb://…/dewar?replicaSet=…`, with all members.
    #[must_use]
    pub fn url(&self) -> String {
        let hosts: Vec<_> = self.members.iter().map(host).collect();
        format!("mongodb://{}/dewar?replicaSet={NAME}", hosts.join(","))
    }

    /// All of them.
    #[must_use]
    pub fn members(&self) -> &[MongoDb] {
        &self.members
    }

    /// The same, to kill and restart them.
    pub fn members_mut(&mut self) -> &mut [MongoDb] {
        &mut self.members
    }

    /// Which member accepts writes now; `None`: none of them.
    #[must_use]
    pub fn primary(&self) -> Option<usize> {
        self.members.iter().position(|member| hello(member, "isWritablePrimary"))
    }

    /// Waits until a member accepts writes.
    pub fn wait_for_primary(&self) -> Result<usize, String> {
        until(|| self.primary()).ok_or_else(|| "no member of the replica set becomes the primary".to_owned())
    }

    /// Waits until a majority has confirmed a write: a new primary accepts writes before the others have found it.
    pub fn wait_for_majority(&self) -> Result<(), String> {
        until(|| {
            let primary = self.members.get(self.primary()?)?;
            let concern = Document::default().text("w", "majority").number("wtimeout", 5000);
            let write = Document::default()
                .text("insert", "probes")
                .array("documents", std::iter::once(Document::default()))
                .document("writeConcern", concern);
            let answer = command::run(primary.port(), write).ok()?;
            command::confirms(&answer).then_some(())
        })
        .ok_or_else(|| "no majority of the replica set confirms a write".to_owned())
    }

    /// Waits until each member is the primary or follows it.
    pub fn wait_for_members(&self) -> Result<(), String> {
        let serves = |member| hello(member, "isWritablePrimary") || hello(member, "secondary");
        let all = || self.members.iter().all(serves).then_some(());
        until(all).ok_or_else(|| "not every member of the replica set serves".to_owned())
    }

    /// Has the primary give up its role for a minute, while its process goes on.
    pub fn step_down(&self) -> Result<(), String> {
        let primary = self.wait_for_primary()?;
        let Some(member) = self.members.get(primary) else { return Ok(()) };
        let command = Document::default().number("replSetStepDown", 60).flag("force", true);
        command::run(member.port(), command).map(drop).map_err(|error| error.to_string())
    }

    fn initiate(&self) -> Result<(), String> {
        let Some(first) = self.members.first() else { return Ok(()) };
        let member = |(number, member)| Document::default().number("_id", number).text("host", &host(member));
        let settings = Document::default()
            .number("electionTimeoutMillis", 1000)
            .number("heartbeatIntervalMillis", 200)
            .number("catchUpTimeoutMillis", 1000);
        let config = Document::default()
            .text("_id", NAME)
            .array("members", (0..).zip(&self.members).map(member))
            .document("settings", settings);
        let command = Document::default().document("replSetInitiate", config);
        command::run(first.port(), command).map(drop).map_err(|error| error.to_string())
    }
}

fn host(member: &MongoDb) -> String {
    format!("127.0.0.1:{}", member.port())
}

/// What the member says of itself.
fn hello(member: &MongoDb, flag: &str) -> bool {
    let answer = command::run(member.port(), Document::default().number("hello", 1));
    answer.is_ok_and(|answer| command::says(&answer, flag))
}

fn until<T>(found: impl Fn() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < TIMEOUT {
        if let Some(found) = found() {
            return Some(found);
        }
        thread::sleep(Duration::from_millis(5));
    }
    None
}
