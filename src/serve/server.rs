//! The server: a listener, and the actor that owns the account. Only this floor knows the network
//! and the clock.
//!
//! A connection's task reads a request, checks who sends it, and hands it to the actor; the actor
//! alone touches the account, one request after the other. Callbacks are sent by tasks of their
//! own, whose outcomes come back to the actor as messages: no endpoint holds up anybody else.

mod actor;
mod clock;
mod door;
mod outbox;
mod page;
mod signature;
mod sim;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::LocalSet;

use crate::serve::account::Activities;
use crate::serve::library::Seed;
use crate::serve::log::{Replayed, Start};
use crate::serve::server::actor::Actor;
pub use crate::serve::server::clock::ClockKind;
use crate::serve::server::door::Door;
use crate::time::Time;

/// How many connections are open at once; others wait to be accepted.
const CONNECTIONS_MAX: usize = 1024;
/// How long a client may take to send the head of a request, from the end of the one before.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How many requests wait for the actor.
const WAITING_MAX: usize = 1024;
/// How long requests in hand may take once the server is to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// What is served, and to whom.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 is any that is free.
    pub bind: SocketAddr,
    /// `AC` and 32 hexadecimal digits.
    pub account_sid: String,
    /// What clients prove themselves with, and callbacks are signed with.
    pub auth_token: String,
    /// All sids follow from it.
    pub seed: u64,
    /// What a new workspace begins with.
    pub activities: Activities,
    /// A workspace to begin with, and who lives in it.
    pub scenario: Option<Arc<Seed>>,
    /// Whether time is the machine's, or goes on when it is told to.
    pub clock: ClockKind,
    /// Where absolute URLs begin, if not at the host that the client names.
    pub public_url: Option<String>,
}

impl Config {
    /// What everything begins with, if it does at `at`.
    pub(super) fn start(&self, at: Time) -> Start {
        Start {
            account_sid: self.account_sid.clone(),
            seed: self.seed,
            activities: self.activities,
            scenario: self.scenario.clone(),
            at,
        }
    }
}

/// Serves until the process is told to stop by an interrupt or a termination signal; `ready` is
/// told where, once clients can connect. It goes on from where `replayed` ended, if that is there.
///
/// # Errors
/// If the address cannot be listened on, or signals cannot be waited for.
pub fn serve(
    config: &Config,
    replayed: Option<Replayed>,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stop = async {
        let done = told_to_stop().await;
        tracing::info!("told to stop");
        done
    };
    LocalSet::new().block_on(&runtime, serve_until(config, replayed, ready, stop))
}

/// Serves until `stop` is done, then ends what is in hand.
///
/// # Errors
/// If the address cannot be listened on; and the error of `stop`.
pub async fn serve_until(
    config: &Config,
    replayed: Option<Replayed>,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = io::Result<()>>,
) -> io::Result<()> {
    let listener = TcpListener::bind(config.bind).await?;
    let (sender, inbox) = mpsc::channel(WAITING_MAX);
    let actor = tokio::task::spawn_local(Actor::new(config, replayed, inbox).run());
    let door = Arc::new(Door::new(config, sender));
    ready(listener.local_addr()?);

    let connections = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut stop = std::pin::pin!(stop);
    let stopped = loop {
        let permit = tokio::select! {
            done = &mut stop => break done,
            permit = Arc::clone(&room).acquire_owned() => permit.expect("never closed"),
        };
        let stream = tokio::select! {
            done = &mut stop => break done,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // The client has gone already, or there are too many open files: go on.
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let door = Arc::clone(&door);
        let answer = service_fn(move |request| Arc::clone(&door).answer(request));
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        let connection = connections.watch(builder.serve_connection(TokioIo::new(stream), answer));
        tokio::task::spawn_local(async move {
            // A client that goes away in the middle is nobody's fault.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
            drop(permit);
        });
    };
    let _ = tokio::time::timeout(STOP_TIMEOUT, connections.shutdown()).await;
    actor.abort();
    stopped
}

/// Waits for an interrupt, or on Unix for a termination signal too.
async fn told_to_stop() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
