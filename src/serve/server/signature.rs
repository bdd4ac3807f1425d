//! TaskRouter's proof that a callback is its own: the header `X-Twilio-Signature`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The signature of a form that is posted to `url`: HMAC-SHA1 over the URL and all names and values
/// in order of the names, in Base64.
pub(super) fn signature(auth_token: &str, url: &str, form: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = form.iter().collect();
    sorted.sort();
    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()).expect("any length will do");
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the validators of twilio-python and twilio-node accept.
    #[test]
    fn a_signature_is_what_clients_expect() {
        let form = [
            ("WorkerSid", format!("WK{}", "1".repeat(32))),
            ("TaskSid", format!("WT{}", "1".repeat(32))),
            ("TaskAttributes", "{\"a\":1}".into()),
            ("TaskAge", "0".into()),
        ];
        let form = form.map(|(name, value)| (name.to_owned(), value));
        let signed = signature("tok", "http://127.0.0.1:9999/assign", &form);
        assert_eq!(signed, "WwhEZOWoPxWOPpZDErRFkeaXIcc=");
    }
}
