//! The files in the binary: the page at `/_sim/`, and what sends clients here that cannot be
//! changed. They hold no secret, and the page asks for nothing but what this server has; who wants
//! to see a workspace proves themselves with every request.

use hyper::Response;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};

use crate::serve::server::door::HttpReply;

/// Nothing from elsewhere, nothing inline, and in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// What is there: path, type, content.
const FILES: [(&str, &str, &str); 6] = [
    ("/_sim/", "text/html; charset=utf-8", include_str!("page/index.html")),
    ("/_sim/page.css", "text/css; charset=utf-8", include_str!("page/page.css")),
    ("/_sim/page.js", "text/javascript; charset=utf-8", include_str!("page/page.js")),
    ("/_sim/icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
    ("/_sim/shim/sitecustomize.py", "text/plain", include_str!("shim/sitecustomize.py")),
    ("/_sim/shim/local-taskrouter.js", "text/plain", include_str!("shim/local-taskrouter.js")),
];

/// The file of the page at `path`; `/_sim` leads to the page itself.
pub(super) fn file(path: &str) -> Option<HttpReply> {
    if path == "/_sim" {
        let mut reply = Response::new("".into());
        *reply.status_mut() = hyper::StatusCode::MOVED_PERMANENTLY;
        reply.headers_mut().insert(LOCATION, HeaderValue::from_static("/_sim/"));
        return Some(reply);
    }
    let (_, kind, content) = FILES.iter().find(|(known, _, _)| *known == path)?;
    let mut reply = Response::new((*content).into());
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Some(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page would be blank otherwise: the policy forbids what is not in files of its own.
    #[test]
    fn nothing_is_inline_or_from_elsewhere() {
        for (path, _, content) in FILES.into_iter().filter(|(path, ..)| !path.contains("shim")) {
            for banned in ["http://", "https://", "style=\"", "onclick=", "innerHTML", "eval("] {
                let content = content.replace("http://www.w3.org/2000/svg", "");
                assert!(!content.contains(banned), "{path} has {banned}");
            }
        }
        let html = FILES[0].2;
        assert!(html.contains("src=\"page.js\"") && html.contains("href=\"page.css\""));
        assert!(!html.contains("<style") && !html.contains("<script>"));
    }
}
