//! `trsim serve`: the local TaskRouter.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tracing::Level;

use crate::cli::Outcome;
use crate::cli::args::{ActivitiesArg, ClockArg, LogLevel, ServeArgs};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::scenario::Scenario;
use crate::scenario::load::load;
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;
use crate::serve::{Activities, Blueprint, ClockKind, Config, serve};

pub(super) fn run(args: &ServeArgs, console: &Console) -> Outcome {
    let config = config(args)?;
    let level = match args.log {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).init();
    // Nobody is told what they said themselves: it is a secret.
    let token = if is_own_token(args) { "as given" } else { &config.auth_token };
    let mut told = Ok(());
    let ready = |address: SocketAddr| {
        let sid = &config.account_sid;
        told = console.print(&format!(
            "listening on http://{address}\naccount sid  {sid}\nauth token   {token}\n"
        ));
    };
    let served = serve(&config, ready);
    told?;
    served.map_err(|error| Failure::output(format!("cannot serve on {}: {error}", config.bind)))
}

fn config(args: &ServeArgs) -> Result<Config, Failure> {
    let mut problems = Vec::new();
    let own = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let zeros = "0".repeat(32);
    let account_sid = args.account_sid.clone().or_else(|| own("TWILIO_ACCOUNT_SID"));
    let account_sid = account_sid.unwrap_or_else(|| format!("AC{zeros}"));
    let digits = account_sid.strip_prefix("AC").unwrap_or_default();
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let problem = Problem::nowhere(format!("`{account_sid}` is no account sid"));
        problems.push(problem.with_help("it is AC and 32 hexadecimal digits"));
    }
    if !args.bind.is_loopback() && !is_own_token(args) {
        let message =
            format!("{} can be reached by others, and everybody knows the token", args.bind);
        let problem = Problem::nowhere(message);
        problems.push(problem.with_help("--auth-token TOKEN sets one of your own"));
    }
    if let Some(url) = &args.public_url
        && !(url.starts_with("http://") || url.starts_with("https://"))
    {
        problems.push(Problem::nowhere(format!(
            "`{url}` is no URL: it begins with http:// or https://"
        )));
    }
    if !problems.is_empty() {
        return Err(Failure::input(problems, Texts::new()));
    }
    let blueprint = args.scenario.as_deref().map(blueprint).transpose()?;
    let auth_token = args.auth_token.clone().or_else(|| own("TWILIO_AUTH_TOKEN"));
    Ok(Config {
        bind: SocketAddr::new(args.bind, args.port),
        account_sid,
        auth_token: auth_token.unwrap_or(zeros),
        seed: args.seed,
        activities: match args.activities {
            ActivitiesArg::Modern => Activities::Modern,
            ActivitiesArg::Classic => Activities::Classic,
        },
        blueprint: blueprint.map(Arc::new),
        clock: match args.clock {
            ClockArg::Real => ClockKind::Real,
            ClockArg::Virtual => ClockKind::Virtual,
        },
        public_url: args.public_url.clone(),
    })
}

/// The workspace of a scenario file.
fn blueprint(path: &Path) -> Result<Blueprint, Failure> {
    let document = load(path, &[])?;
    let loaded = Scenario::of(document.clone(), false)?;
    Ok(Blueprint::of(&document, &loaded.scenario))
}

fn is_own_token(args: &ServeArgs) -> bool {
    args.auth_token.is_some() || std::env::var("TWILIO_AUTH_TOKEN").is_ok_and(|it| !it.is_empty())
}
