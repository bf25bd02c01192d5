//! The collector as a program. Settings are environment variables: `STORE`, the folder of the graph (`people.graph`);
//! `CONFIG`, the file of its configuration (none); `WRITE_KEYS`, write keys with their sources as `key:source,...` (must be
//! given); `HOST` and `PORT`, where to listen (127.0.0.1, 8080).

// A program speaks through its output.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use cdp_collector::Collector;
use cdp_core::Config;
use cdp_core::graph::Graph;
use std::env::var;
use std::error::Error;
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How long what is under way may take once the service is to end.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let keys = write_keys(&var("WRITE_KEYS").unwrap_or_default())?;
    if keys.is_empty() {
        return Err("give WRITE_KEYS, such as WRITE_KEYS=secret:web,other:app".into());
    }
    let config = var("CONFIG").map_or_else(|_| Ok(Config::default()), Config::load)?;
    let graph = Arc::new(Graph::open(var("STORE").unwrap_or_else(|_| "people.graph".to_owned()), &config)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let failed = runtime.block_on(serve(Collector::new(Arc::clone(&graph), keys)))?;
    // A graph whose store failed takes nothing more in until it is opened again: whoever watches this starts it anew.
    let closed = graph.close();
    Ok(if failed || closed.is_err() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// `key:source` pairs, parted by commas; the first colon parts key and source.
fn write_keys(text: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = text.split(',').enumerate().filter(|(_, pair)| !pair.is_empty());
    let read = |(place, pair): (usize, &str)| match pair.split_once(':') {
        Some((key, source)) if !key.is_empty() && !source.is_empty() => Ok((key.to_owned(), source.to_owned())),
        _ => Err(format!("WRITE_KEYS: pair {} is not of the form key:source", place + 1)),
    };
    pairs.map(read).collect()
}

/// Answers until it is told to end or the store fails; whether the store failed.
async fn serve(collector: Collector) -> std::io::Result<bool> {
    let host = var("HOST").unwrap_or_else(|_| "127.0.0.1".to_owned());
    let port = var("PORT").unwrap_or_else(|_| "8080".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("{host}:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let failed = Arc::new(AtomicBool::new(false));
    let (routes, said) = (collector.routes(), Arc::clone(&failed));
    let end = async move {
        tokio::select! {
            () = collector.failed() => said.store(true, Ordering::SeqCst),
            () = terminated() => {}
        }
        // A request that hangs must not keep a failed service alive; what is lost was not acknowledged.
        thread::spawn(|| {
            thread::sleep(PATIENCE);
            process::exit(1);
        });
    };
    axum::serve(listener, routes).with_graceful_shutdown(end).await?;
    Ok(failed.load(Ordering::SeqCst))
}

/// Waits until the process is told to end.
async fn terminated() {
    let interrupted = async {
        // Without a handler the process ends at once, which loses nothing acknowledged.
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return interrupted.await };
        tokio::select! {
            () = interrupted => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
