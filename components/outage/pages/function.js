import cf from "cloudfront";

// The switch in front of a service: a CloudFront Function, runtime cloudfront-js-2.0, on viewer requests. functionCode.ts
// fills in the line below and drops these comments. Only what that runtime is documented to know may be used:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
const settings = {};

const store = cf.kvs();

// Constants stand above every function that reads them: the engine throws otherwise, also long after the file has run.
const types = {
  html: "text/html; charset=utf-8",
  json: "application/json; charset=utf-8",
  text: "text/plain; charset=utf-8",
};

const bodies = {
  html: (now, planned, message) =>
    settings.page
      .split("{{title}}")
      .join(planned ? settings.plannedTitle : settings.outageTitle)
      .split("{{back}}")
      .join(now.back ? "<p><strong>Expected back:</strong> " + safe(now.back) + "</p>" : "")
      // Last, so that nothing in the message is taken for a place to fill in.
      .split("{{message}}")
      .join(safe(message).split("\n").join("</p><p>")),
  json: (now, planned, message) => JSON.stringify(Object.assign({ error: message, message: message }, settings.fields)),
  text: (now, planned, message) => message + "\n",
};

// eslint-disable-next-line @typescript-eslint/no-unused-vars -- CloudFront calls it by this name
async function handler(event) {
  const request = event.request;
  // The viewer's address, for a service that believes this header alone: what the viewer wrote into it is replaced.
  request.headers[settings.viewerAddressHeader] = { value: event.viewer.ip };
  // Never in the way of the outage pages themselves.
  if (request.uri.startsWith(settings.prefix)) {
    return request.uri === settings.switchPath ? told(request) : published(request);
  }
  let now;
  try {
    // Not in one line: the engine has no await inside the arguments of a call.
    const text = await store.get(settings.key);
    now = read(text);
  } catch (error) {
    // No key, or no store: a broken switch must not close the site.
    console.log("switch: " + error);
    return request;
  }
  if (now.state === "planned") {
    if (now.pass && request.uri === settings.passPath + now.pass) {
      return admit(now.pass);
    }
    if (isTester(event.viewer.ip) || (now.pass && cookie(request, settings.cookie) === now.pass)) {
      return request;
    }
  } else if (now.state !== "outage") {
    return request;
  }
  return closed(request, now);
}

// The status page and the feeds, of the version that the last publish named. Without the store: the copies under their own names.
async function published(request) {
  const name = request.uri.slice(settings.prefix.length);
  if (settings.files.includes(name)) {
    try {
      const id = await store.get(settings.pagesKey);
      if (/^[\w-]+$/.test(id)) {
        request.uri = settings.prefix + "v/" + id + "/" + name;
      }
    } catch (error) {
      // Nothing was published yet, or there is no store.
      console.log("pages: " + error);
    }
  }
  return request;
}

// The value is JSON as `make outage` writes it, or one bare word as somebody types it into the console.
function read(text) {
  const trimmed = text.trim();
  const value = trimmed.startsWith("{") ? JSON.parse(trimmed) : { state: trimmed };
  value.state = String(value.state).trim().toLowerCase();
  return value;
}

// How the switch stands, for programs: nothing that a visitor may not know. Without the store: the pages' bucket, which has no such file.
async function told(request) {
  let now;
  try {
    const text = await store.get(settings.key);
    now = read(text);
  } catch (error) {
    console.log("switch: " + error);
    return request;
  }
  return {
    statusCode: 200,
    statusDescription: "OK",
    headers: { "content-type": { value: types.json }, "cache-control": { value: "no-store" } },
    body: { encoding: "text", data: JSON.stringify({ state: now.state, quietUntil: now.quietUntil }) },
  };
}

function admit(pass) {
  const cookies = {};
  cookies[settings.cookie] = { value: pass, attributes: "Path=/; Secure; HttpOnly; SameSite=Lax" };
  return {
    statusCode: 302,
    statusDescription: "Found",
    headers: { location: { value: "/" }, "cache-control": { value: "no-store" } },
    cookies: cookies,
  };
}

function closed(request, now) {
  const planned = now.state === "planned";
  const message = String(now.message || (planned ? settings.plannedMessage : settings.outageMessage));
  const wanted = kindOf(request);
  const headers = {
    "content-type": { value: types[wanted] },
    "cache-control": { value: "no-store" },
    "retry-after": { value: String(retryAfter(now)) },
    "x-outage-version": { value: String(now.version || 0) },
  };
  // So that a client in a browser, which is of another origin, can read the message.
  if (wanted === "json" && isOf(settings.openPaths, request.uri)) {
    headers["access-control-allow-origin"] = { value: "*" };
  }
  const response = { statusCode: 503, statusDescription: "Service Unavailable", headers: headers };
  if (request.method !== "HEAD") {
    response.body = { encoding: "text", data: bodies[wanted](now, planned, message) };
  }
  return response;
}

function kindOf(request) {
  const accept = header(request, "accept").toLowerCase();
  if (
    isOf(settings.openPaths, request.uri) ||
    isOf(settings.jsonPaths, request.uri) ||
    header(request, "x-requested-with").toLowerCase() === "xmlhttprequest" ||
    (accept.includes("application/json") && !accept.includes("text/html"))
  ) {
    return "json";
  }
  return accept.includes("text/html") ? "html" : "text";
}

function isOf(paths, uri) {
  return paths.some((path) => uri.startsWith(path));
}

function retryAfter(now) {
  const left = Math.ceil((Date.parse(now.until) - Date.now()) / 1000);
  // Not sooner than a minute, which would bring everyone back at once, and not later than an hour: plans change.
  return left > 0 ? Math.min(Math.max(left, 60), 3600) : settings.retryAfter;
}

function header(request, name) {
  return request.headers[name] ? request.headers[name].value : "";
}

function cookie(request, name) {
  return request.cookies[name] ? request.cookies[name].value : "";
}

function safe(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

// Ranges are [bits, words]: an address as words of 8 (IPv4) or 16 (IPv6) bits, and how many leading bits must agree.
function isTester(ip) {
  const address = words(ip);
  return settings.testers.some((range) => agrees(address, range[1], range[0]));
}

function words(ip) {
  if (!ip.includes(":")) {
    return ip.split(".").map((part) => parseInt(part, 10));
  }
  const halves = ip.split("::");
  const head = halves[0] ? halves[0].split(":") : [];
  const tail = halves[1] ? halves[1].split(":") : [];
  while (halves.length === 2 && head.length + tail.length < 8) {
    head.push("0");
  }
  return head.concat(tail).map((part) => parseInt(part, 16));
}

function agrees(address, network, bits) {
  const size = network.length === 4 ? 8 : 16;
  return (
    address.length === network.length &&
    network.every((word, index) => {
      const free = Math.min(Math.max((index + 1) * size - bits, 0), size);
      return address[index] >> free === word >> free;
    })
  );
}
