//! Labels: whom a session belongs to, the list of somebody's sessions, and their end.

use crate::db::Pool;
use crate::error::{Failure, Result};
use crate::side_table::work_on;
use crate::store::gc;
use crate::store::label::{Handle, LabelWrite, SUFFIX};
use crate::store::labelled::{self, Entry, Which};

/// Labels that one statement ends.
const BATCH: usize = 1_000;

/// How the session of a request stands to labels.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// There from the first label on, for good.
    pub handle: Option<Handle>,
    stored: Option<Vec<u8>>,
    /// What the next write stores.
    pending: Option<Option<Vec<u8>>>,
}

impl Labels {
    /// Those of a session as it was read.
    pub fn of(handle: Option<Handle>, stored: Option<Vec<u8>>) -> Labels {
        Labels { handle, stored, pending: None }
    }

    /// Asks for another label, or for none.
    pub fn ask(&mut self, label: Option<&[u8]>) {
        let is_so = label == self.stored.as_deref();
        self.pending = (!is_so).then(|| label.map(<[u8]>::to_vec));
    }

    /// Another request may have labelled the session meanwhile.
    pub fn found(&mut self, handle: Option<Handle>, stored: Option<Vec<u8>>) {
        if handle.is_some() {
            (self.handle, self.stored) = (handle, stored);
        }
    }

    /// session_reset() goes back to what is stored.
    pub fn forget_pending(&mut self) {
        self.pending = None;
    }

    /// Whether there is something to store.
    pub fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// Whether there is no label, and none was asked for.
    pub fn is_empty(&self) -> bool {
        self.handle.is_none() && self.pending.is_none()
    }

    /// What the next write does; `fresh` makes the handle of a first label.
    ///
    /// # Errors
    /// That of `fresh`.
    pub fn to_write(&self, fresh: impl FnOnce() -> Result<Handle>) -> Result<LabelWrite<'_>> {
        Ok(match (self.handle, &self.pending) {
            (None, Some(Some(label))) => LabelWrite::New(fresh()?, label),
            (None, _) => LabelWrite::None,
            (Some(handle), Some(label)) => LabelWrite::Changed(handle, label.as_deref()),
            (Some(handle), None) => LabelWrite::Kept(handle),
        })
    }

    /// The write is done.
    pub fn written(&mut self, handle: Option<Handle>) {
        self.handle = handle;
        if let Some(label) = self.pending.take() {
            self.stored = label;
        }
    }
}

/// Makes what labels need in the database, where this process has not seen it there yet. The caller holds no row.
///
/// # Errors
/// As [`labelled::prepare`]; `operation` is what for.
pub fn prepare(pool: &Pool, lock_wait: u64, operation: &str) -> Result<(), Failure> {
    if pool.has_labels() {
        return Ok(());
    }
    work_on(pool, SUFFIX, lock_wait, operation, |link| {
        if !link.has_labels || !link.knows_handles {
            pool.first(link, lock_wait, |link| labelled::prepare(link, &pool.config))?;
            pool.tables_changed();
        }
        pool.labels_are_there();
        Ok(())
    })
}

/// The live sessions of a label, newest first.
///
/// # Errors
/// As the server says.
pub fn sessions(pool: &Pool, lock_wait: u64, label: &[u8]) -> Result<Vec<Entry>, Failure> {
    let operation = "list sessions";
    prepare(pool, lock_wait, operation)?;
    work_on(pool, SUFFIX, lock_wait, operation, |link| {
        pool.first(link, lock_wait, |link| labelled::sessions_of(link, &pool.config.table, label))
    })
}

/// Ends sessions, whoever holds them, and returns how many. It waits for no request, and none of them can store its session any more.
///
/// # Errors
/// As the server says; some may be ended.
pub fn revoke(pool: &Pool, lock_wait: u64, which: Which<'_>) -> Result<u64, Failure> {
    let operation = "sign sessions out";
    prepare(pool, lock_wait, operation)?;
    work_on(pool, SUFFIX, lock_wait, operation, |link| {
        let (config, mut ended) = (&pool.config, 0);
        loop {
            let found = pool.first(link, lock_wait, |link| labelled::find(link, &config.table, which, BATCH))?;
            if found.is_empty() {
                return Ok(ended);
            }
            let live = found.iter().filter(|(_, live)| *live).count() as u64;
            let handles: Vec<_> = found.iter().map(|(handle, _)| *handle).collect();
            let deleted = pool.first(link, lock_wait, |link| labelled::delete(link, &config.table, &handles))?;
            ended += live.min(deleted);
            // Nobody can use these rows any more. What this leaves, gc takes.
            let _ = pool.first(link, lock_wait, |link| gc::end_revoked(link, config, &handles));
            if found.len() < BATCH {
                return Ok(ended);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_label_again_is_nothing_to_do_and_none_for_none_neither() {
        let (old, new) = (Handle([1; 16]), Handle([2; 16]));
        let mut labels = Labels::default();
        assert_eq!(labels.to_write(|| Ok(new)).unwrap(), LabelWrite::None);
        labels.ask(None);
        assert!(!labels.is_pending());
        labels.ask(Some(b"alice"));
        assert_eq!(labels.to_write(|| Ok(new)).unwrap(), LabelWrite::New(new, b"alice"));
        labels.ask(None);
        assert_eq!(labels.to_write(|| Ok(new)).unwrap(), LabelWrite::None);

        let mut labels = Labels::of(Some(old), Some(b"alice".to_vec()));
        labels.ask(Some(b"alice"));
        assert_eq!(labels.to_write(|| Ok(new)).unwrap(), LabelWrite::Kept(old));
        labels.ask(None);
        assert_eq!(labels.to_write(|| Ok(new)).unwrap(), LabelWrite::Changed(old, None));
        labels.written(Some(old));
        assert_eq!(labels.to_write(|| Ok(new)).unwrap(), LabelWrite::Kept(old));
        labels.ask(Some(b"bob"));
        assert_eq!(labels.to_write(|| Ok(new)).unwrap(), LabelWrite::Changed(old, Some(b"bob")));
    }
}
