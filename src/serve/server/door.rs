//! Where requests come in: who is it, what is wanted, and how the answer goes out.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{
    ALLOW, AUTHORIZATION, CONTENT_TYPE, ETAG, HOST, HeaderMap, HeaderValue, IF_MATCH, ORIGIN,
    WWW_AUTHENTICATE,
};
use hyper::{Request as HttpRequest, Response};
use subtle::ConstantTimeEq;
use tokio::sync::{mpsc, oneshot};

use crate::serve::fields::Fields;
use crate::serve::request::{ApiError, Method, Reply, Request};
use crate::serve::server::Config;
use crate::serve::server::actor::Message;
use crate::serve::server::page;

/// The longest body that is read: a configuration of a megabyte, with every byte encoded.
const BODY_MAX: usize = 4 << 20;
/// How long a client may take to send it.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) type HttpReply = Response<Full<Bytes>>;

/// Where requests come in.
#[derive(Debug)]
pub(super) struct Door {
    /// `sid:token`, as the header has it once it is decoded.
    credentials: Vec<u8>,
    public_url: Option<String>,
    actor: mpsc::Sender<Message>,
}

impl Door {
    pub(super) fn new(config: &Config, actor: mpsc::Sender<Message>) -> Self {
        let credentials = format!("{}:{}", config.account_sid, config.auth_token).into_bytes();
        let public_url = config.public_url.as_ref().map(|url| url.trim_end_matches('/').to_owned());
        Self { credentials, public_url, actor }
    }

    pub(super) async fn answer(
        self: Arc<Self>,
        request: HttpRequest<Incoming>,
    ) -> Result<HttpReply, Infallible> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        if method == hyper::Method::GET
            && let Some(file) = page::file(&path)
        {
            return Ok(file);
        }
        let reply = self.reply(request).await.unwrap_or_else(Reply::from);
        if path == "/_sim/state" && reply.status == 200 {
            // The page asks every second.
            tracing::debug!(%method, path, status = reply.status, "answered");
        } else {
            tracing::info!(%method, path, status = reply.status, "answered");
        }
        Ok(http(reply))
    }

    async fn reply(&self, request: HttpRequest<Incoming>) -> Result<Reply, ApiError> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        let is_own = path == "/_sim" || path.starts_with("/_sim/");
        if is_own || head.method != hyper::Method::GET {
            check_origin(&head.headers)?;
        }
        self.check_credentials(&head.headers)?;
        let request = Request {
            method: match head.method {
                hyper::Method::GET => Method::Get,
                hyper::Method::POST => Method::Post,
                hyper::Method::DELETE => Method::Delete,
                _ => Method::Other,
            },
            path,
            query: Fields::parse(head.uri.query().unwrap_or_default().as_bytes()),
            form: read_form(&head.headers, body).await?,
            base: self.base(&head.headers),
            if_match: text(&head.headers, IF_MATCH.as_str()).map(str::to_owned),
        };
        let (sender, answer) = oneshot::channel();
        let message = Message::Asked { request, sender, is_own };
        let stopping = || ApiError::new(503, 20503, "The server is stopping");
        self.actor.send(message).await.map_err(|_| stopping())?;
        answer.await.map_err(|_| stopping())
    }

    /// Compares in a time that does not tell how much of it is right.
    fn check_credentials(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let refuse =
            |why: &str| Err(ApiError::new(401, 20003, format!("Authentication Error - {why}")));
        let Some(given) = text(headers, AUTHORIZATION.as_str()) else {
            return refuse("No credentials provided");
        };
        let basic =
            given.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
        let decoded = basic.and_then(|(_, encoded)| STANDARD.decode(encoded.trim()).ok());
        match decoded {
            Some(decoded) if bool::from(decoded.ct_eq(&self.credentials)) => Ok(()),
            _ => refuse("invalid username"),
        }
    }

    /// Where URLs begin for this client: at the host it named.
    fn base(&self, headers: &HeaderMap) -> String {
        match &self.public_url {
            Some(url) => url.clone(),
            None => format!("http://{}", text(headers, HOST.as_str()).unwrap_or("localhost")),
        }
    }
}

/// Pages of other sites cannot use a browser here.
fn check_origin(headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(origin) = text(headers, ORIGIN.as_str()) else { return Ok(()) };
    let host = text(headers, HOST.as_str()).unwrap_or_default();
    if origin.split_once("://").is_some_and(|(_, of)| of == host) {
        return Ok(());
    }
    Err(ApiError::new(403, 20403, "Another site's page may not do this"))
}

async fn read_form(headers: &HeaderMap, body: Incoming) -> Result<Fields, ApiError> {
    if body.is_end_stream() {
        return Ok(Fields::default());
    }
    let too_long =
        || ApiError::new(413, 20413, format!("The body is longer than {BODY_MAX} bytes"));
    if u64::try_from(BODY_MAX).is_ok_and(|most| most < body.size_hint().lower()) {
        return Err(too_long());
    }
    let read = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, BODY_MAX).collect()).await;
    let read = read.map_err(|_| ApiError::new(408, 20408, "The body did not come in 30 s"))?;
    let bytes = match read {
        Ok(read) => read.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(too_long()),
        Err(_) => return Err(ApiError::invalid("The body ended too early")),
    };
    let kind = text(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    if kind.trim_start().to_ascii_lowercase().starts_with("application/json") {
        return Fields::of_json(&bytes)
            .ok_or_else(|| ApiError::invalid("The body is no JSON object"));
    }
    if bytes.is_empty() || kind.is_empty() || is_form(kind) {
        return Ok(Fields::parse(&bytes));
    }
    let message = format!("The body is {kind}; application/x-www-form-urlencoded is wanted");
    Err(ApiError::new(415, 20415, message))
}

fn is_form(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn http(reply: Reply) -> HttpReply {
    let Reply { status, body, version, allow } = reply;
    let mut http = Response::new(Full::default());
    *http.status_mut() = hyper::StatusCode::from_u16(status).expect("a status of ours");
    let headers = http.headers_mut();
    if body.is_some() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if status == 401 {
        let realm = HeaderValue::from_static("Basic realm=\"Twilio API\"");
        headers.insert(WWW_AUTHENTICATE, realm);
    }
    if status == 429 {
        headers.insert("Retry-After", HeaderValue::from_static("1"));
    }
    if let Some(version) = version {
        let tag = HeaderValue::from_str(&format!("\"{version}\"")).expect("digits");
        headers.insert(ETAG, tag);
    }
    if let Some(allow) = allow.and_then(|allow| HeaderValue::from_str(&allow).ok()) {
        headers.insert(ALLOW, allow);
    }
    if let Some(body) = body {
        *http.body_mut() = Full::new(Bytes::from(body.to_string()));
    }
    http
}
