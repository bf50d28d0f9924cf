//! What the operator should know besides what goes wrong.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};

use super::state::{Session, State};
use crate::codec::keys;
use crate::db::Cluster;

impl Session {
    /// A line for the log where the start that has just succeeded waited for longer than
    /// `rustdb.slow_lock_ms`, once.
    pub fn slow_lock(&mut self) -> Option<String> {
        let (waited, limit) = (mem::take(&mut self.waited).as_millis(), self.db.config.slow_lock_ms);
        let State::Open(view) = &self.state else {
            return None;
        };
        (limit > 0 && waited > u128::from(limit)).then(|| {
            let (sid, place) = (&view.sid, self.db.pool.place());
            format!("rustdb: waited {waited} ms for session {sid} ({place})")
        })
    }

    /// A line for the log where the write that has just succeeded met others that had changed the same, once, if
    /// `rustdb.log_merge_conflicts` says so.
    pub fn merge_conflicts(&mut self) -> Option<String> {
        let (conflicts, State::Open(view)) = (self.conflicts.take()?, &self.state) else {
            return None;
        };
        let (sid, place) = (&view.sid, self.db.pool.place());
        let line = || {
            format!(
                "rustdb: merged session {sid} ({place}): another request had changed the same: {conflicts}; this one's change stands"
            )
        };
        self.db.config.log_merge_conflicts.then(line)
    }

    /// For a warning, each once.
    pub fn notices(&mut self) -> Option<String> {
        let notices = [self.key_trouble(), self.multi_writer()];
        let notices: Vec<_> = notices.into_iter().flatten().collect();
        (!notices.is_empty()).then(|| notices.join("; "))
    }

    /// Once for each change: that the key file cannot be used as it is now.
    fn key_trouble(&self) -> Option<String> {
        let path = &self.db.config.encryption_key_file;
        if path.is_empty() {
            return None;
        }
        let trouble = keys::take_trouble(path)?;
        Some(format!("rustdb: {trouble}; the keys that were read before stay in use until this process ends"))
    }

    /// Once per process: that row locks do not hold on a cluster which is written on several nodes.
    fn multi_writer(&mut self) -> Option<String> {
        static TOLD: AtomicBool = AtomicBool::new(false);
        let found = match self.multi_writer.take()? {
            Cluster::No => return None,
            Cluster::Galera => "a Galera node (wsrep_on=ON)",
            Cluster::Group => "a member of a multi-primary group (Group Replication)",
        };
        if TOLD.swap(true, Ordering::Relaxed) {
            return None;
        }
        Some(format!(
            "rustdb: {} is {found}, a multi-writer cluster, and rustdb.lock=row locks rows on one node only; \
             set rustdb.lock=lease, or rustdb.single_writer=1 where all writes go through one node",
            self.db.pool.place()
        ))
    }
}
