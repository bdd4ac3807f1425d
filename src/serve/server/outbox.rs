//! Callbacks on their way: forms that are posted, signed, and answered or not.

use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::serve::post::Outcome;
use crate::serve::server::signature::signature;

/// How long an assignment callback may take (TR-222).
const ASSIGN_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an event callback may take (TR-285).
const NOTIFY_TIMEOUT: Duration = Duration::from_secs(15);
/// The longest answer that is read.
const ANSWER_MAX: usize = 64 << 10;

/// Posts forms.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    client: Client<HttpConnector, Full<Bytes>>,
    auth_token: String,
}

impl Outbox {
    pub(super) fn new(auth_token: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, auth_token: auth_token.into() }
    }

    /// Asks an application what is to be done with an offer.
    pub(super) async fn assign(&self, url: &str, form: &[(String, String)]) -> Outcome {
        match tokio::time::timeout(ASSIGN_TIMEOUT, self.post(url, form)).await {
            Err(_) => Outcome::Failed("there was no answer within 5 s".into()),
            Ok(Err(why)) => Outcome::Failed(why),
            Ok(Ok(answer)) => judge(answer),
        }
    }

    /// Tells an application of an event; why it did not hear of it, if so.
    pub(super) async fn notify(&self, url: &str, form: &[(String, String)]) -> Result<(), String> {
        match tokio::time::timeout(NOTIFY_TIMEOUT, self.post(url, form)).await {
            Err(_) => Err("there was no answer within 15 s".into()),
            Ok(Err(why)) => Err(why),
            Ok(Ok(answer)) if answer.status.is_success() => Ok(()),
            Ok(Ok(answer)) => Err(format!("it answered {}", answer.status)),
        }
    }

    async fn post(&self, url: &str, form: &[(String, String)]) -> Result<Answer, String> {
        let uri: Uri = url.parse().map_err(|error| format!("{url} is no URL: {error}"))?;
        if uri.scheme_str() != Some("http") {
            return Err("only http:// can be reached from here".into());
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(uri)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8")
            .header(USER_AGENT, "TwilioProxy/1.1 (trsim)")
            .header("X-Twilio-Signature", signature(&self.auth_token, url, form))
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| error.to_string())?;
        let answer = self.client.request(request).await.map_err(|error| reason(&error))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, ANSWER_MAX).collect().await;
        let body = body.map_err(|error| error.to_string())?.to_bytes();
        Ok(Answer {
            status: head.status,
            content_type: head.headers.get(CONTENT_TYPE).cloned(),
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

/// What an application answered.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    content_type: Option<HeaderValue>,
    body: String,
}

/// Only 200 with JSON counts, or with nothing at all: then there will be a request later (TR-222,
/// TR-224).
fn judge(answer: Answer) -> Outcome {
    let has_nothing = answer.body.trim().is_empty();
    if answer.status == StatusCode::NO_CONTENT && has_nothing {
        return Outcome::Answered(String::new());
    }
    if answer.status != StatusCode::OK {
        return Outcome::Failed(format!("it answered {}", answer.status));
    }
    let kind = answer.content_type.as_ref().and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_json = kind.trim_start().to_ascii_lowercase().starts_with("application/json");
    if is_json || has_nothing {
        Outcome::Answered(answer.body)
    } else {
        Outcome::Failed("it answered no application/json".into())
    }
}

/// The innermost cause: the outer ones say that sending failed.
fn reason(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(inner) = error.source() {
        error = inner;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_counts_or_nothing_at_all() {
        let judged = |status: u16, kind: &'static str, body: &str| {
            judge(Answer {
                status: StatusCode::from_u16(status).expect("a status"),
                content_type: (!kind.is_empty()).then(|| HeaderValue::from_static(kind)),
                body: body.into(),
            })
        };
        let json = "application/json; charset=utf-8";
        assert_eq!(judged(200, json, "{}"), Outcome::Answered("{}".into()));
        assert_eq!(judged(204, "", ""), Outcome::Answered(String::new()));
        assert_eq!(judged(200, "", ""), Outcome::Answered(String::new()));
        for failed in
            [judged(200, "text/html", "{}"), judged(500, json, "{}"), judged(302, json, "")]
        {
            assert!(matches!(failed, Outcome::Failed(_)), "{failed:?}");
        }
    }
}
