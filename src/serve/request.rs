//! A request and its answer, without the network: what the handlers see.

use serde_json::{Value as Json, json};

use crate::serve::fields::Fields;

/// What a request wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create or update.
    Post,
    /// Delete.
    Delete,
    /// Anything that TaskRouter does not know.
    Other,
}

/// A request whose sender has been recognized.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is wanted.
    pub method: Method,
    /// The path from the root, as in `/v1/Workspaces`.
    pub path: String,
    /// The part behind the question mark.
    pub query: Fields,
    /// The body.
    pub form: Fields,
    /// Where absolute URLs begin, as in `http://127.0.0.1:8080`.
    pub base: String,
    /// The version that the resource must have.
    pub if_match: Option<String>,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body; none for 204.
    pub body: Option<Json>,
    /// The version of the resource, for the header `ETag`.
    pub version: Option<u64>,
    /// For the header `Allow` of a 405.
    pub allow: Option<String>,
}

/// Why a request is not done. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// TaskRouter's number.
    pub code: u32,
    /// What is wrong.
    pub message: String,
    /// For the header `Allow` of a 405.
    pub allow: Option<String>,
}

/// What a handler comes to.
pub(crate) type Answer = Result<Reply, ApiError>;

impl Reply {
    /// 200: here it is.
    #[must_use]
    pub const fn ok(body: Json) -> Self {
        Self { status: 200, body: Some(body), version: None, allow: None }
    }

    /// 201: it was made.
    #[must_use]
    pub fn created(body: Json) -> Self {
        Self { status: 201, ..Self::ok(body) }
    }

    /// 204: it is gone.
    #[must_use]
    pub const fn no_content() -> Self {
        Self { status: 204, body: None, version: None, allow: None }
    }

    /// The same, with the version of the resource.
    #[must_use]
    pub fn with_version(self, version: u64) -> Self {
        Self { version: Some(version), ..self }
    }
}

impl ApiError {
    /// An error with TaskRouter's number `code`.
    #[must_use]
    pub fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), allow: None }
    }

    /// 400: a parameter is wrong, or the state does not allow it.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, 20001, message)
    }

    /// 404: there is no such resource; `path` begins with `/v1`, which is left out.
    #[must_use]
    pub fn not_found(path: &str) -> Self {
        let path = path.strip_prefix("/v1").unwrap_or(path);
        Self::new(404, 20404, format!("The requested resource {path} was not found"))
    }

    /// 412: the resource has another version by now.
    #[must_use]
    pub fn stale() -> Self {
        Self::new(412, 20412, "The resource has changed: If-Match names another version")
    }

    /// 405: the path is known, but not with this method.
    #[must_use]
    pub fn wrong_method(allow: String) -> Self {
        let error = Self::new(405, 20004, "Method not allowed");
        Self { allow: Some(allow), ..error }
    }
}

impl From<ApiError> for Reply {
    fn from(error: ApiError) -> Self {
        let ApiError { status, code, message, allow } = error;
        let more_info = format!("https://www.twilio.com/docs/errors/{code}");
        let body =
            json!({"code": code, "message": message, "more_info": more_info, "status": status});
        Self { status, body: Some(body), version: None, allow }
    }
}

impl Request {
    /// Refuses if `If-Match` names another version than `version`: `7`, `"7"`, `W/"7"` and `*`
    /// are understood, and lists of them.
    ///
    /// # Errors
    /// 412.
    pub fn check_version(&self, version: u64) -> Result<(), ApiError> {
        let Some(wanted) = &self.if_match else { return Ok(()) };
        let is_it = |tag: &str| {
            let tag = tag.trim();
            let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
            tag == "*" || tag.parse() == Ok(version)
        };
        if wanted.split(',').any(is_it) { Ok(()) } else { Err(ApiError::stale()) }
    }

    /// The query as one would write it, without the fields named.
    #[must_use]
    pub fn query_without(&self, left_out: &[&str]) -> String {
        let kept = self.query.pairs().filter(|(name, _)| !left_out.contains(name));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_may_be_written_in_several_ways() {
        let request = |tag: &str| Request {
            method: Method::Post,
            path: String::new(),
            query: Fields::default(),
            form: Fields::default(),
            base: String::new(),
            if_match: Some(tag.into()),
        };
        for tag in ["7", "\"7\"", "W/\"7\"", "*", "3, \"7\""] {
            assert_eq!(request(tag).check_version(7), Ok(()), "{tag}");
        }
        for tag in ["8", "\"77\"", "", "x"] {
            assert_eq!(request(tag).check_version(7).map_err(|e| e.status), Err(412), "{tag}");
        }
    }
}
