//! A running Redis Cluster.

use super::Redis;

/// Three primaries that share all slots. They are killed when this value is dropped.
#[derive(Debug)]
pub struct RedisCluster {
    nodes: Vec<Redis>,
}

const SLOTS: [(u16, u16); 3] = [(0, 5460), (5461, 10922), (10923, 16383)];

impl RedisCluster {
    /// One for a test; see [`Redis::for_test`].
    ///
    /// # Panics
    /// If it cannot be started, or if `DEWAR_REQUIRE_ALL` is 1 and there is no program.
    #[must_use]
    #[expect(clippy::panic, reason = "it speaks to the person who runs the tests")]
    pub fn for_test() -> Option<Self> {
        Redis::for_test()?;
        Some(Self::start().unwrap_or_else(|why| panic!("{why}")))
    }

    /// Starts the nodes, and waits until each serves its slots and knows the nodes of the others.
    pub fn start() -> Result<Self, String> {
        let mut nodes = Vec::new();
        for _ in SLOTS {
            nodes.push(Redis::settings().cluster().start()?);
        }
        let cluster = Self { nodes };
        cluster.meet()?;
        cluster.wait().map(|()| cluster)
    }

    /// The node that serves a slot.
    #[must_use]
    pub fn node_of(&self, slot: u16) -> Option<&Redis> {
        self.nodes
            .iter()
            .zip(SLOTS)
            .find(|(_, (from, to))| (*from..=*to).contains(&slot))
            .map(|(node, _)| node)
    }

    /// All of them.
    #[must_use]
    pub fn nodes(&self) -> &[Redis] {
        &self.nodes
    }

    fn meet(&self) -> Result<(), String> {
        for (node, (from, to)) in self.nodes.iter().zip(SLOTS) {
            node.command(&["CLUSTER", "ADDSLOTSRANGE", &from.to_string(), &to.to_string()])?;
        }
        let Some((first, others)) = self.nodes.split_first() else { return Ok(()) };
        for node in others {
            let bus = node.cluster_port().unwrap_or_default().to_string();
            first.command(&["CLUSTER", "MEET", "127.0.0.1", &node.port().to_string(), &bus])?;
        }
        Ok(())
    }

    fn wait(&self) -> Result<(), String> {
        for node in &self.nodes {
            node.until("it serves in the Cluster", || {
                let state = node.command(&["CLUSTER", "INFO"])?;
                Ok(state.contains("cluster_state:ok") && state.contains("cluster_slots_ok:16384"))
            })?;
        }
        Ok(())
    }
}
