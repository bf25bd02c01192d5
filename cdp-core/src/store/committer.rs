//! Group commit: batches of many threads, made durable together by one.
//!
//! A sync takes milliseconds however much it covers, so a thread of its own gathers what comes meanwhile. Batches keep
//! the order they were handed in, and readers of the store see a batch once it is durable. Decides nothing about content.

use super::{Batch, Store};
use crate::error::{Code, Error, Result};
use crate::trace;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a [`Committer`] gathers, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long the first batch of a group waits for others; zero for not at all. What comes during a sync is gathered
    /// in any case.
    pub delay: Duration,
    /// Bytes that may wait to be committed; whoever hands in more waits. From half of it on a group waits no longer.
    pub queue_bytes: usize,
}

impl Default for Limits {
    /// Two milliseconds, which is less than a sync takes, and 32 MiB.
    fn default() -> Self {
        Limits { delay: Duration::from_millis(2), queue_bytes: 32 << 20 }
    }
}

/// Commits batches of several threads in groups.
///
/// After an error it takes nothing more: the batches behind the failed group build on it, so they fail with it.
///
/// ```
/// use cdp_core::store::{Batch, Committer, Limits, Memory, Space, Store};
/// use std::sync::Arc;
/// let store = Arc::new(Memory::new());
/// let committer = Committer::start(store.clone(), Limits::default())?;
/// let mut batch = Batch::new();
/// batch.put(Space::EVIDENCE, b"1", b"{}");
/// let ticket = committer.submit(batch)?; // go on at once, or
/// ticket.wait()?;                        // wait until it is durable
/// committer.close()?;
/// # Ok::<(), cdp_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Committer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    queue_bytes: usize,
}

/// The claim to be told when a batch is durable; see [`Ticket::wait`]. It may be dropped.
#[derive(Debug, Clone)]
pub struct Ticket {
    shared: Arc<Shared>,
    number: u64,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Something was handed in, or the committer should hurry.
    work: Condvar,
    /// A group is done, or failed; there is room again.
    done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    queue: Batch,
    /// Batches handed in so far; the number of the last one.
    submitted: u64,
    /// All batches up to this number are durable.
    durable: u64,
    /// Why the batches behind `durable` never will be.
    failed: Option<Error>,
    /// Do not wait for others.
    hurry: bool,
    closing: bool,
}

impl Committer {
    /// Starts the thread that commits to `store`, which nobody else should write to meanwhile.
    ///
    /// # Errors
    /// `store_io` if the system gives no thread.
    pub fn start(store: Arc<dyn Store>, limits: Limits) -> Result<Committer> {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let work = move || theirs.run(&*store, limits);
        let thread = thread::Builder::new().name("cdp-commit".to_owned()).spawn(work);
        let thread = thread.map_err(|error| {
            Error::new(Code::StoreIo, format!("no thread to commit with: {error}")).help("end some threads")
        })?;
        Ok(Committer { shared, thread: Mutex::new(Some(thread)), queue_bytes: limits.queue_bytes })
    }

    /// Hands in a batch, which is committed after all that were handed in before. Waits while the queue is full.
    ///
    /// # Errors
    /// `value_too_large`; the error of an earlier group, after which nothing is taken; `store_closed`.
    pub fn submit(&self, batch: Batch) -> Result<Ticket> {
        batch.check()?;
        let full = |state: &mut State| {
            state.refusal().is_none() && !state.queue.is_empty() && state.queue.size() + batch.size() > self.queue_bytes
        };
        let state = self.shared.done.wait_while(self.shared.lock(), full);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = state.refusal() {
            return Err(error);
        }
        state.queue.append(&batch);
        state.submitted += 1;
        self.shared.work.notify_one();
        Ok(Ticket { shared: Arc::clone(&self.shared), number: state.submitted })
    }

    /// Waits until everything handed in so far is durable, without the delay.
    ///
    /// # Errors
    /// Those of [`Store::commit`].
    pub fn flush(&self) -> Result<()> {
        let mut state = self.shared.lock();
        state.hurry = true;
        self.shared.work.notify_one();
        let number = state.submitted;
        drop(state);
        Ticket { shared: Arc::clone(&self.shared), number }.wait()
    }

    /// Why nothing more is taken, if a group failed.
    pub fn failure(&self) -> Option<Error> {
        self.shared.lock().failed.clone()
    }

    /// Commits what was handed in and ends the thread. Dropping does the same and keeps silent about errors.
    ///
    /// # Errors
    /// Those of [`Store::commit`] for what was still waiting, or the error of an earlier group.
    pub fn close(&self) -> Result<()> {
        self.shared.lock().closing = true;
        self.shared.work.notify_one();
        self.shared.done.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The thread catches panics of the store, see `commit`.
        thread.map_or(Ok(()), JoinHandle::join).map_err(|_| panicked())?;
        self.failure().map_or(Ok(()), Err)
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        let _ = self.close();
    }
}

impl Ticket {
    /// Waits until the batch is durable.
    ///
    /// # Errors
    /// Those of [`Store::commit`], for its own group or an earlier one.
    pub fn wait(&self) -> Result<()> {
        let open = |state: &mut State| state.durable < self.number && state.failed.is_none();
        let state = self.shared.done.wait_while(self.shared.lock(), open);
        self.outcome(&state.unwrap_or_else(PoisonError::into_inner)).unwrap_or(Ok(()))
    }

    /// Whether the batch is durable or failed, without waiting; `None` where neither is known yet.
    pub fn poll(&self) -> Option<Result<()>> {
        self.outcome(&self.shared.lock())
    }

    fn outcome(&self, state: &State) -> Option<Result<()>> {
        match state.durable >= self.number {
            true => Some(Ok(())),
            false => state.failed.clone().map(Err),
        }
    }
}

impl State {
    fn refusal(&self) -> Option<Error> {
        let closed = || Error::new(Code::StoreClosed, "the store was closed").help("open it again");
        self.failed.clone().or_else(|| self.closing.then(closed))
    }
}

impl Shared {
    /// Nothing panics while it holds the lock, see `commit`.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The life of the thread: gather, commit, tell.
    fn run(&self, store: &dyn Store, limits: Limits) {
        while let Some((group, number)) = self.gather(limits) {
            let outcome = commit(store, group);
            let mut state = self.lock();
            match outcome {
                Ok(()) => state.durable = number,
                Err(error) => state.failed = Some(last(error)),
            }
            let failed = state.failed.is_some();
            drop(state);
            self.done.notify_all();
            if failed {
                return;
            }
        }
    }

    /// The next group and the number of its last batch; `None` when everything is done and the committer closes.
    fn gather(&self, limits: Limits) -> Option<(Batch, u64)> {
        let idle = |state: &mut State| state.queue.is_empty() && !state.closing;
        let state = self.work.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        let patient = |state: &mut State| !state.closing && !state.hurry && state.queue.size() < limits.queue_bytes / 2;
        let waited = self.work.wait_timeout_while(state, limits.delay, patient);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.hurry = false;
        let (group, number) = (std::mem::take(&mut state.queue), state.submitted);
        drop(state);
        // There is room again.
        self.done.notify_all();
        (!group.is_empty()).then_some((group, number))
    }
}

/// An error after which nothing more is taken: to try again does not help.
fn last(error: Error) -> Error {
    match error.code() {
        Code::StoreFull => error.help("free some space, then open it again; what was acknowledged before is safe"),
        _ => error,
    }
}

/// A panic of the store must not leave anybody waiting for ever.
fn commit(store: &dyn Store, group: Batch) -> Result<()> {
    trace::span!("store commit", entries = group.len(), bytes = group.size());
    catch_unwind(AssertUnwindSafe(|| store.commit(group))).unwrap_or_else(|_| Err(panicked()))
}

fn panicked() -> Error {
    Error::new(Code::Internal, "the store panicked").help("open it again, and report this")
}
