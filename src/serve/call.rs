//! A request on its way to a handler, and lists as TaskRouter answers them.

use serde_json::{Value as Json, json};

use crate::serve::fields::Fields;
use crate::serve::request::{Answer, ApiError, Reply, Request};

/// A request and its path.
#[derive(Clone, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) request: &'a Request,
    /// The path behind `/v1/Workspaces`, split at its slashes.
    pub(crate) path: Vec<&'a str>,
}

/// How to sort: by which field, and whether the greatest goes first.
pub(crate) type Order = (&'static str, bool);

impl Call<'_> {
    pub(crate) const fn form(&self) -> &Fields {
        &self.request.form
    }

    pub(crate) const fn query(&self) -> &Fields {
        &self.request.query
    }

    /// The part of the path with that number; empty if there is none.
    pub(crate) fn part(&self, number: usize) -> &str {
        self.path.get(number).copied().unwrap_or_default()
    }

    /// 404 for the path.
    pub(crate) fn not_found(&self) -> ApiError {
        ApiError::not_found(&self.request.path)
    }

    /// The absolute URL of a workspace's resource.
    pub(crate) fn url(&self, workspace: &str, rest: &str) -> String {
        format!("{}/v1/Workspaces/{workspace}{rest}", self.request.base)
    }

    /// The absolute URL of the request itself, without its query.
    pub(crate) fn own_url(&self) -> String {
        let path = self.request.path.strip_suffix(".json").unwrap_or(&self.request.path);
        format!("{}{path}", self.request.base)
    }

    /// The URL that the form says; an empty one takes away what was there.
    pub(crate) fn url_field(&self, name: &str) -> Result<Option<Option<String>>, ApiError> {
        let Some(url) = self.form().get(name) else { return Ok(None) };
        let is_web = url.starts_with("http://") || url.starts_with("https://");
        if url.is_empty() {
            Ok(Some(None))
        } else if is_web && url.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Some(Some(url.to_owned())))
        } else {
            let message = format!("Invalid value {url} for parameter {name}: a URL is wanted");
            Err(ApiError::invalid(message))
        }
    }

    /// What `Ordering` asks for, of the fields that can be sorted by.
    pub(crate) fn orders(&self, fields: &[&'static str]) -> Result<Vec<Order>, ApiError> {
        let Some(text) = self.query().filled("Ordering") else { return Ok(Vec::new()) };
        let wrong = || ApiError::invalid(format!("Invalid value {text} for parameter Ordering"));
        text.split(',')
            .map(|part| {
                let (name, way) = part.trim().split_once(':').unwrap_or((part.trim(), "asc"));
                let field = fields.iter().find(|field| **field == name).ok_or_else(wrong)?;
                match way.trim().to_ascii_lowercase().as_str() {
                    "asc" => Ok((*field, false)),
                    "desc" => Ok((*field, true)),
                    _ => Err(wrong()),
                }
            })
            .collect()
    }

    /// The page of `items` that is asked for, as TaskRouter wraps it.
    pub(crate) fn list<T>(
        &self,
        key: &str,
        items: &[T],
        sid: impl Fn(&T) -> String,
        body: impl Fn(&T) -> Json,
    ) -> Answer {
        let size = self.query().whole("PageSize", 1..=1000)?.unwrap_or(50) as usize;
        let page = self.query().whole("Page", 0..=u32::MAX)?.unwrap_or(0) as usize;
        let start = self.start(items, &sid, (page, size))?;
        let end = items.len().min(start + size);
        let shown = &items[start..end];
        let url = |page: usize, token: Option<String>| {
            let mut query = self.request.query_without(&["Page", "PageToken", "PageSize"]);
            query += if query.is_empty() { "" } else { "&" };
            let token = token.map_or_else(String::new, |token| format!("&PageToken={token}"));
            format!("{}?{query}PageSize={size}&Page={page}{token}", self.own_url())
        };
        let before = shown.first().filter(|_| 0 < start).map(|item| format!("PB{}", sid(item)));
        let after = shown.last().filter(|_| end < items.len());
        let after = after.map(|item| format!("PA{}", sid(item)));
        let meta = json!({
            "key": key,
            "page": page,
            "page_size": size,
            "url": url(page, self.query().filled("PageToken").map(str::to_owned)),
            "first_page_url": url(0, None),
            "previous_page_url": before.map(|token| url(page.saturating_sub(1), Some(token))),
            "next_page_url": after.map(|token| url(page + 1, Some(token))),
        });
        let shown: Vec<Json> = shown.iter().map(body).collect();
        Ok(Reply::ok(json!({key: shown, "meta": meta})))
    }

    /// Where the page begins: behind the item of `PA…`, before that of `PB…`, or where it would if
    /// that item is gone. A page by its number alone is refused, as TaskRouter does since 2021.
    fn start<T>(
        &self,
        items: &[T],
        sid: &impl Fn(&T) -> String,
        (page, size): (usize, usize),
    ) -> Result<usize, ApiError> {
        let Some(token) = self.query().filled("PageToken") else {
            let message = "Absolute paging is not supported: follow next_page_url";
            return if page == 0 { Ok(0) } else { Err(ApiError::new(400, 40153, message)) };
        };
        let place = |wanted: &str| items.iter().position(|item| sid(item) == wanted);
        let by_number = page.saturating_mul(size).min(items.len());
        if let Some(sid) = token.strip_prefix("PA") {
            Ok(place(sid).map_or(by_number, |place| place + 1))
        } else if let Some(sid) = token.strip_prefix("PB") {
            Ok(place(sid).map_or(by_number, |place| place.saturating_sub(size)))
        } else {
            Err(ApiError::invalid(format!("Invalid value {token} for parameter PageToken")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::request::Method;

    fn request(query: &str) -> Request {
        Request {
            method: Method::Get,
            path: "/v1/Workspaces/WS1/Workers".into(),
            query: Fields::parse(query.as_bytes()),
            form: Fields::default(),
            base: "http://here:1".into(),
            if_match: None,
        }
    }

    fn list(query: &str) -> Result<Json, u32> {
        let request = request(query);
        let call = Call { request: &request, path: vec!["WS1", "Workers"] };
        let items: Vec<u32> = (1..=5).collect();
        let listed = call.list("workers", &items, |n| format!("WK{n}"), |n| json!(n));
        listed.map(|reply| reply.body.expect("a body")).map_err(|error| error.code)
    }

    #[test]
    fn pages_are_followed_by_their_urls_to_the_end_and_back() {
        let mut query = "PageSize=2&FriendlyName=a+b".to_owned();
        let (mut seen, mut urls) = (Vec::new(), Vec::new());
        let last = loop {
            let page = list(&query).expect("a page");
            seen.push(page["workers"].clone());
            assert!(
                page["meta"]["url"].as_str().is_some_and(|url| url.contains("FriendlyName=a+b"))
            );
            let Some(next) = page["meta"]["next_page_url"].as_str() else { break page };
            urls.push(next.to_owned());
            query = next.split_once('?').expect("a query").1.to_owned();
        };
        assert_eq!(json!(seen), json!([[1, 2], [3, 4], [5]]));
        assert!(urls[0].starts_with("http://here:1/v1/Workspaces/WS1/Workers?"), "{urls:?}");
        let back = last["meta"]["previous_page_url"].as_str().expect("there is one before");
        let back = list(back.split_once('?').expect("a query").1).expect("a page");
        assert_eq!(back["workers"], json!([3, 4]));
    }

    #[test]
    fn a_page_by_its_number_alone_is_refused() {
        assert_eq!(list("Page=2&PageSize=2").map(|_| ()), Err(40153));
        assert_eq!(list("Page=0&PageSize=2").map(|_| ()), Ok(()));
        assert_eq!(list("PageSize=0").map(|_| ()), Err(20001));
        assert_eq!(list("PageSize=1001").map(|_| ()), Err(20001));
    }

    #[test]
    fn only_fields_that_are_there_can_be_sorted_by() {
        let orders = |query: &str| {
            let request = request(query);
            let call = Call { request: &request, path: Vec::new() };
            call.orders(&["Priority", "DateCreated"]).map_err(|error| error.code)
        };
        let wanted = vec![("Priority", true), ("DateCreated", false)];
        assert_eq!(orders("Ordering=Priority:desc,DateCreated"), Ok(wanted));
        assert_eq!(orders("Ordering=Age:asc"), Err(20001));
        assert_eq!(orders("Ordering=Priority:up"), Err(20001));
    }
}
