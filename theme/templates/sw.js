{# What keeps pages for when there is no network: a service worker (W3C, Service Workers). Its bytes change with the look,
   whose folder they name, and with nothing that is published: browsers take a worker of other bytes for a new version.
   js/offline.js, which shows and takes back what is kept, knows the caches by the same names. #}
const ROOT = new URL(registration.scope).pathname;
const ASSETS = "{{ site.assets|link }}/";
const OFFLINE = "{{ "/hors-ligne/"|link }}";
{# Several hubs may share a host, and with it the names of caches. #}
const NAME = `kiosque ${ROOT}`;
const [THEMES, PAGES, PICTURES, WEEK, NOTHING] = ["theme", "pages", "images", "semaine", "rien"].map((one) => `${NAME} ${one}`);
const THEME = `${THEMES} ${ASSETS}`;
const FIRST = ["style.css", "icon.svg", "js/main.js", "js/offline.js", "js/dates.js"];
const [MOST_PAGES, MOST_PICTURES] = [200, 100];
const AS_IT_WAS = {{ _("No network: this is the page as it was on {date}.")|tojson }};

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));

async function install() {
  const theme = await caches.open(THEME);
  await theme.addAll([new Request(OFFLINE, { cache: "no-cache" }), ...FIRST.map((file) => ASSETS + file)]);
{# The page that one begins with was there before its worker. #}
  for (const { url } of await clients.matchAll({ type: "window", includeUncontrolled: true })) {
    const { pathname } = new URL(url);
    if (pathname.startsWith(ROOT) && !(await kept(pathname))) await fetch(pathname).then(keep).catch(() => {});
  }
  await skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith(`${THEMES} `) && name !== THEME) await caches.delete(name);
{# Else a page would wait until its worker has started, which takes a phone longer than a page. #}
  await registration.navigationPreload?.enable();
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || !pathname.startsWith(ROOT)) return;
{# Sounds and videos come in pieces, and are too large to be kept unasked. #}
  if (request.headers.has("Range") || ["audio", "video", "track"].includes(request.destination)) return;
  if (pathname.startsWith(`${ROOT}theme/`)) event.respondWith(file(event, pathname));
  else if (request.mode === "navigate") event.respondWith(page(event).catch(() => caches.match(OFFLINE, { cacheName: THEME })));
  else if (request.destination === "image") event.respondWith(picture(event));
{# While something plays, pages are fetched by a script; what is asked past all caches wants no old page. #}
  else if (!request.destination && request.cache === "default" && pathname.endsWith("/")) event.respondWith(page(event));
});

{# Pages come from the network: what was kept is for when it gives nothing. #}
async function page(event) {
  const { pathname } = new URL(event.request.url);
  let answer;
  try {
    answer = (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (error) {
    const old = await kept(pathname);
    if (!old) throw error;
    return asItWas(old);
  }
  event.waitUntil(keep(answer));
{# What was taken down isn't kept any longer. #}
  if ([404, 410].includes(answer.status)) event.waitUntil(Promise.all([PAGES, WEEK].map((name) => drop(name, pathname))));
  return answer;
}

function isPage({ status, redirected, headers }) {
  const isClosed = /no-store|private/.test(headers.get("Cache-Control"));
  return status === 200 && !redirected && !isClosed && headers.get("Content-Type")?.startsWith("text/html");
}

async function keep(answer) {
  if (!isPage(answer)) return;
  const { pathname } = new URL(answer.url);
  const [copy, read] = [answer.clone(), answer.clone()];
{# Beside the hub its host may have other things, and networks put pages of their own before all others: only what names
   this hub's style is one of its pages. #}
  if (!(await read.text()).includes(`"${ROOT}theme/`)) return;
  if (pathname === OFFLINE) return store(THEME, pathname, copy);
  if (await caches.match(pathname, { cacheName: WEEK })) return store(WEEK, pathname, copy);
  await add(PAGES, pathname, copy, MOST_PAGES);
}

async function store(name, key, answer) {
  await (await caches.open(name)).put(key, answer);
}

{# The oldest goes, where there are more than enough. #}
async function add(name, key, answer, most) {
  if (await caches.has(NOTHING)) return;
  const cache = await caches.open(name);
  await cache.delete(key);
  await cache.put(key, answer);
  const keys = await cache.keys();
  for (const old of keys.slice(0, -most)) await cache.delete(old);
}

async function dropPicture(request) {
  if (await caches.has(PICTURES)) await (await caches.open(PICTURES)).delete(request, { ignoreVary: true });
}

async function drop(name, pathname) {
  if (await caches.has(name)) await (await caches.open(name)).delete(pathname);
}

{# A search asks with its address; the page that answers is the same for all. #}
async function kept(pathname) {
  for (const cacheName of [PAGES, WEEK, THEME]) {
    const found = await caches.match(pathname, { cacheName, ignoreVary: true });
    if (found) return found;
  }
}

{# Return a page that says since when it is here. #}
async function asItWas(answer) {
  if (new URL(answer.url).pathname === OFFLINE) return answer;
  const date = new Date(answer.headers.get("Date") ?? Date.now());
  const inWords = date.toLocaleString("{{ site.language }}", { dateStyle: "long", timeStyle: "short" });
  {# French has an ordinal number for the first of a month, which Intl lacks. #}
  const words = AS_IT_WAS.replace("{date}", {% if site.language == "fr" %}inWords.replace(/^1 /, "1er "){% else %}inWords{% endif %});
  const text = (await answer.text()).replace(/<main[^>]*>/, (tag) => `${tag}\n<p class="kept" role="status">${words}</p>`);
  return new Response(text, { headers: answer.headers });
}

{# What lies below the theme is named by its content. A page of an older look takes today's where its own isn't there. #}
async function file(event, pathname) {
  const { request } = event;
  const known = await caches.match(request, { cacheName: THEME, ignoreVary: true });
  if (known) return known;
  try {
    const answer = await fetch(request);
    if (answer.ok && pathname.startsWith(ASSETS)) event.waitUntil(store(THEME, request, answer.clone()));
    return answer;
  } catch {
    const name = pathname.slice(ROOT.length).split("/").slice(2).join("/");
    return (await caches.match(ASSETS + name, { cacheName: THEME, ignoreVary: true })) ?? Response.error();
  }
}

async function picture(event) {
  const { request } = event;
  try {
    const answer = await fetch(request);
    if (answer.status === 200) event.waitUntil(add(PICTURES, request, answer.clone(), MOST_PICTURES));
{# What was taken down isn't kept any longer. #}
    if ([404, 410].includes(answer.status)) event.waitUntil(dropPicture(request));
    return answer;
  } catch {
    return (await caches.match(request, { cacheName: PICTURES, ignoreVary: true })) ?? Response.error();
  }
}
