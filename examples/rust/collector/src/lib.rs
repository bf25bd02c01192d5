//! The HTTP tracking API that the public analytics SDKs speak (Segment's, RudderStack's and their kin), over a live graph.
//!
//! A request is answered with 200 once everything in it survives a crash. What was not answered so, SDKs send again, and
//! the graph counts a message id once. `examples/node/collector` is the same service, and its tests try both.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, options, post};
use base64::Engine;
use cdp_core::error::Family;
use cdp_core::graph::Graph;
use cdp_core::{Code, Error};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;

/// The largest body, compressed or not.
const BODY_LIMIT: usize = 4 << 20;

/// The types of messages, and how browsers shorten them in paths.
const TYPES: [(&str, &str); 6] =
    [("identify", "i"), ("track", "t"), ("page", "p"), ("screen", "s"), ("group", "g"), ("alias", "a")];

/// A body, whose values are not read yet: one that cannot be read costs no other.
type Body = BTreeMap<String, Box<RawValue>>;

/// What the handlers share.
#[derive(Clone)]
pub struct Collector {
    graph: Arc<Graph>,
    /// Hashes of write keys, with the names of their sources.
    keys: Arc<[([u8; 32], String)]>,
    failed: Arc<Notify>,
}

impl Collector {
    /// A collector for some write keys, each with the name of its source.
    pub fn new(graph: Arc<Graph>, keys: impl IntoIterator<Item = (String, String)>) -> Self {
        let keys = keys.into_iter().map(|(key, source)| (hash(&key), source)).collect();
        Collector { graph, keys, failed: Arc::new(Notify::new()) }
    }

    /// Waits until the store can take nothing more in: the graph must be opened again.
    pub async fn failed(&self) {
        self.failed.notified().await;
    }

    /// The service.
    pub fn routes(&self) -> Router {
        let allow = [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        ];
        Router::new()
            .route("/health", get(health))
            .route("/v1/{path}", post(take).merge(options(move || async move { (StatusCode::NO_CONTENT, allow) })))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self.clone())
    }

    fn source_of(&self, key: &str) -> Option<String> {
        // Compared by their hashes: the time that takes tells nothing of the keys.
        let given = hash(key);
        self.keys.iter().find(|(known, _)| *known == given).map(|(_, source)| source.clone())
    }
}

fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key).into()
}

async fn health(State(collector): State<Collector>) -> Response {
    let counts = collector.graph.counts();
    answer(StatusCode::OK, &json!({ "messages": counts.messages, "profiles": counts.profiles }))
}

/// `/v1/batch`, `/v1/track`, ...: answers once everything taken in is durable.
async fn take(
    State(collector): State<Collector>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !Call::is_known(&path) {
        return refusal(StatusCode::NOT_FOUND, "not_found");
    }
    let compressed = headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
    let body = match object(&body, compressed) {
        Ok(body) => body,
        Err(status) => return refusal(status, "invalid_body"),
    };
    let key = basic(&headers).or_else(|| serde_json::from_str(body.get("writeKey")?.get()).ok());
    let Some(source) = key.and_then(|key| collector.source_of(&key)) else {
        return refusal(StatusCode::UNAUTHORIZED, "unknown_write_key");
    };
    let Some(call) = Call::read(&path, body, source) else {
        return refusal(StatusCode::BAD_REQUEST, "no_batch");
    };
    let graph = Arc::clone(&collector.graph);
    // Waiting for the disk takes a thread; calls that wait together share one sync.
    let taken = tokio::task::spawn_blocking(move || call.take_in(&graph)).await;
    match taken {
        Ok(Ok((count, refused))) => told(count, &refused),
        Ok(Err(error)) => {
            if error.code().family() == Family::Store {
                collector.failed.notify_one();
            }
            refusal(StatusCode::SERVICE_UNAVAILABLE, error.code().as_str())
        }
        Err(_) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

/// The messages of a request; of those that are none, why.
struct Call {
    messages: Vec<cdp_core::Result<Value>>,
    sent_at: Value,
    source: String,
}

impl Call {
    fn is_known(path: &str) -> bool {
        path == "batch" || path == "import" || type_of(path).is_some()
    }

    /// A batch, or the one message whose type the path says.
    fn read(path: &str, mut body: Body, source: String) -> Option<Call> {
        let Some(kind) = type_of(path) else {
            let sent_at = body.get("sentAt").and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
            let batch: Vec<Box<RawValue>> = serde_json::from_str(body.get("batch")?.get()).ok()?;
            return Some(Call { messages: batch.iter().map(|raw| value(raw)).collect(), sent_at, source });
        };
        body.remove("writeKey");
        let fields = body.into_iter().map(|(name, raw)| Ok((name, value(&raw)?)));
        let message = fields.collect::<cdp_core::Result<Map<String, Value>>>().map(|mut message| {
            message.insert("type".to_owned(), Value::from(kind));
            Value::Object(message)
        });
        Some(Call { messages: vec![message], sent_at: Value::Null, source })
    }

    /// How many messages there were, and those that were refused; all others are durable.
    fn take_in(self, graph: &Graph) -> cdp_core::Result<(usize, Vec<Value>)> {
        let Call { messages, sent_at, source } = self;
        let count = messages.len();
        let ours: Vec<_> = messages.into_iter().map(|message| named(message?, &source)).collect();
        let ingest = |batch: Value| graph.ingest(&json!({ "batch": batch, "sentAt": sent_at }).to_string(), now());
        let whole: Option<Vec<&Value>> = ours.iter().map(|message| message.as_ref().ok()).collect();
        if let Some(whole) = whole {
            match ingest(json!(whole)) {
                Ok(_) => return Ok((count, Vec::new())),
                Err(error) if error.code() == Code::InvalidMessage => {}
                Err(error) => return Err(error),
            }
        }
        // A call is taken in whole or not at all: so that one bad message costs no other, each now is a call of its own.
        let mut refused = Vec::new();
        for (index, message) in ours.into_iter().enumerate() {
            match message.and_then(|message| ingest(json!([message]))) {
                Ok(_) => {}
                Err(error) if error.code() == Code::InvalidMessage => {
                    refused
                        .push(json!({ "index": index, "code": error.code().as_str(), "message": error.to_string() }));
                }
                Err(error) => return Err(error),
            }
        }
        Ok((count, refused))
    }
}

/// The type that a path means, long or short.
fn type_of(path: &str) -> Option<&'static str> {
    TYPES.iter().find(|(word, short)| path == *word || path == *short).map(|(word, _)| *word)
}

/// What JSON says; half a character (`"\ud83d"`) is JSON, but no text.
fn value(raw: &RawValue) -> cdp_core::Result<Value> {
    let parsed = serde_json::from_str(raw.get());
    parsed.map_err(|error| Error::new(Code::InvalidMessage, format!("the message is not readable JSON: {error}")))
}

/// The message as one of this source, where its type is of the tracking API.
fn named(mut message: Value, source: &str) -> cdp_core::Result<Value> {
    let object = message.as_object_mut().ok_or_else(unknown_type)?;
    let kind = object.get("type").and_then(Value::as_str);
    if !TYPES.iter().any(|(word, _)| Some(*word) == kind) {
        return Err(unknown_type());
    }
    object.insert("source".to_owned(), Value::from(source));
    Ok(message)
}

fn unknown_type() -> Error {
    let words: Vec<&str> = TYPES.iter().map(|(word, _)| *word).collect();
    Error::new(Code::InvalidMessage, format!("the types are: {}", words.join(", ")))
}

/// The object in a body.
fn object(body: &[u8], compressed: bool) -> Result<Body, StatusCode> {
    let mut plain = Vec::new();
    let body = if compressed {
        let limit = BODY_LIMIT as u64 + 1;
        let read = flate2::read::GzDecoder::new(body).take(limit).read_to_end(&mut plain);
        match read {
            Ok(length) if length > BODY_LIMIT => return Err(StatusCode::PAYLOAD_TOO_LARGE),
            Ok(_) => plain.as_slice(),
            Err(_) => return Err(StatusCode::BAD_REQUEST),
        }
    } else {
        body
    };
    serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)
}

/// The user name of basic authentication.
fn basic(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then_some(())?;
    let pair = base64::prelude::BASE64_STANDARD.decode(value.trim()).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    pair.split(':').next().map(str::to_owned)
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_millis() as i64)
}

fn told(count: usize, refused: &[Value]) -> Response {
    if refused.is_empty() {
        return answer(StatusCode::OK, &json!({ "success": true }));
    }
    let nothing = refused.len() == count;
    let status = if nothing { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    answer(status, &json!({ "success": !nothing, "refused": refused }))
}

fn refusal(status: StatusCode, code: &str) -> Response {
    answer(status, &json!({ "success": false, "code": code }))
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (status, headers, body.to_string()).into_response()
}
