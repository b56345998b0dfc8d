//! A server of any engine.

use std::fmt::Debug;

use dewar_servers::{MariaDb, Memcached, MongoDb, Postgres, Redis};

/// What happens to servers.
pub(crate) trait Server: Debug + Send {
    /// With the options that a store needs which is empty at first.
    fn url(&self) -> String;
    fn port(&self) -> u16;
    /// Freezes it: connections are made, answers are not.
    fn freeze(&self) -> Result<(), String>;
    fn thaw(&self) -> Result<(), String>;
    fn kill(&mut self);
    /// Makes it end in order, and waits for its end.
    fn shut_down(&mut self) -> Result<(), String>;
    /// Starts it again, and waits until it serves.
    fn restart(&mut self) -> Result<(), String>;

    /// Has it acknowledge writes that a kill can undo, until it is restarted.
    fn relax(&self) -> Result<(), String> {
        Ok(())
    }

    /// Has it refuse what needs memory.
    fn fill(&self) -> Result<(), String> {
        Err("it cannot be made full".to_owned())
    }

    /// Gives it memory again.
    fn empty(&self) -> Result<(), String> {
        Err("it cannot be made full".to_owned())
    }

    /// Its URL with the port of a proxy.
    fn url_at(&self, port: u16) -> String {
        self.url().replace(&format!(":{}", self.port()), &format!(":{port}"))
    }
}

macro_rules! server {
    ($server:ty, $options:literal { $($own:item)* }) => {
        impl Server for $server {
            fn url(&self) -> String {
                format!("{}{}", self.url(), $options)
            }

            fn port(&self) -> u16 {
                self.port()
            }

            fn freeze(&self) -> Result<(), String> {
                self.stop()
            }

            fn thaw(&self) -> Result<(), String> {
                self.cont()
            }

            fn kill(&mut self) {
                self.kill();
            }

            fn shut_down(&mut self) -> Result<(), String> {
                self.shut_down()
            }

            fn restart(&mut self) -> Result<(), String> {
                self.restart()
            }

            $($own)*
        }
    };
}

// One that is not durable has everything in memory.
server!(Redis, "" {
    fn fill(&self) -> Result<(), String> {
        self.command(&["CONFIG", "SET", "maxmemory", "1"]).map(drop)
    }

    fn empty(&self) -> Result<(), String> {
        self.command(&["CONFIG", "SET", "maxmemory", "0"]).map(drop)
    }
});
server!(MongoDb, "" {});
server!(Memcached, "" {});

server!(Postgres, "?create_table=true" {
    fn relax(&self) -> Result<(), String> {
        self.sql("ALTER SYSTEM SET synchronous_commit = off")?;
        self.sql("ALTER SYSTEM SET wal_writer_delay = '10s'")?;
        self.sql("SELECT pg_reload_conf()").map(drop)
    }
});

server!(MariaDb, "?create_table=true" {
    fn relax(&self) -> Result<(), String> {
        self.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 0, innodb_flush_log_at_timeout = 10").map(drop)
    }
});
