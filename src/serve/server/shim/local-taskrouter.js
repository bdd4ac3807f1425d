"use strict";
// Sends the TaskRouter requests of twilio-node to a local server, without a change of code.
//
//     NODE_OPTIONS="--require /path/to/local-taskrouter.js" \
//     TASKROUTER_URL=http://127.0.0.1:8080 node app.js
//
// Without TASKROUTER_URL nothing is different. TWILIO_REGION and TWILIO_EDGE do not count there.

const Module = require("module");

const url = (process.env.TASKROUTER_URL ?? "").replace(/\/+$/, "");

function redirectDomains({ default: Domain }) {
  const { absoluteUrl } = Domain.prototype;
  Domain.prototype.absoluteUrl = function (uri) {
    if (String(this.baseUrl).includes("//taskrouter.")) this.baseUrl = url;
    return absoluteUrl.call(this, uri);
  };
}

function keepHost({ Client }) {
  const { getHostname } = Client.prototype;
  Client.prototype.getHostname = function (hostname, ...rest) {
    return hostname === new URL(url).hostname ? hostname : getHostname.call(this, hostname, ...rest);
  };
}

if (url) {
  const changes = new Map([["Domain.js", redirectDomains], ["BaseTwilio.js", keepHost]]);
  const changed = new Set();
  const load = Module._load;
  // A module of the client is changed right after it was loaded, whenever that is.
  Module._load = function (request, parent, isMain) {
    const loaded = load.call(this, request, parent, isMain);
    if (/(^|\/)(Domain|BaseTwilio)(\.js)?$/.test(request)) {
      const file = Module._resolveFilename(request, parent, isMain);
      const [, name] = /twilio[\\/]lib[\\/]base[\\/](\w+\.js)$/.exec(file) ?? [];
      if (changes.has(name) && !changed.has(file)) {
        changed.add(file);
        changes.get(name)(loaded);
      }
    }
    return loaded;
  };
}
