// Cells on their way to the server. Nothing typed is lost: what is not acknowledged stays here and in
// localStorage, is sent again with growing pauses, and never overwrites a value that is newer.
(function () {
  "use strict";

  var PREFIX = "portal-marks:";
  var PAUSES = [1000, 2000, 4000, 8000, 15000, 30000];
  var GIVE_UP_WAITING = 15000;

  function same(a, b) {
    return a && b && a.mark === b.mark && a.evidence === b.evidence && a.comment === b.comment;
  }

  function token(form) {
    // Signing in again in another tab changes the token: the cookie is newer than the page.
    var found = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
    return found ? decodeURIComponent(found[1]) : form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  function tabName() {
    try {
      var name = sessionStorage.getItem("portal-tab") || Math.random().toString(36).slice(2);
      sessionStorage.setItem("portal-tab", name);
      return name;
    } catch (error) { return "tab"; }
  }

  // onCell(key, state, entry): state is saving, saved, waiting, conflict or refused.
  // onSummary({unsaved, state, entry}): state is idle, saving, waiting or signed-out.
  function Queue(form, onCell, onSummary) {
    this.form = form;
    this.onCell = onCell;
    this.onSummary = onSummary;
    this.entries = new Map();
    this.group = PREFIX + form.dataset.person + ":" + form.dataset.scorecard + ":";
    this.name = this.group + tabName();
    this.busy = false;
    this.failures = 0;
    this.timer = 0;
    this.state = "idle";
    var queue = this;
    window.addEventListener("online", function () { queue.now(); });
    window.addEventListener("focus", function () { if (queue.failures) { queue.now(); } });
    window.addEventListener("beforeunload", function (event) {
      if (queue.unsaved()) { event.preventDefault(); }
    });
  }

  Queue.prototype.unsaved = function () { return this.entries.size; };

  // Entries: want (what shall be stored), base (version it is based on), sent (on its way, fate unknown).
  // about: title and kind of the cell, to speak of it on the page of another candidate.
  Queue.prototype.save = function (key, base, want, about) {
    var entry = this.entries.get(key) || { base: base, sent: null };
    entry.want = want;
    entry.about = about;
    if (entry.state !== "conflict") { entry.state = "saving"; }
    entry.message = "";
    this.entries.set(key, entry);
    this.keep();
    this.onCell(key, entry.state, entry);
    this.now();
  };

  // After a conflict: keep what is stored, or put one's own on top of the version that was shown.
  Queue.prototype.choose = function (key, mine) {
    var entry = this.entries.get(key);
    if (!entry || !entry.current) { return; }
    entry.base = entry.current.version;
    if (mine) {
      entry.state = "saving";
      entry.current = null;
      this.keep();
      this.now();
    } else {
      entry.want = entry.current;
      this.done(key, entry);
    }
  };

  Queue.prototype.now = function () {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.step();
  };

  Queue.prototype.nextKey = function () {
    var found = null;
    this.entries.forEach(function (entry, key) {
      if (found === null && (entry.state === "saving" || entry.state === "waiting")) { found = key; }
    });
    return found;
  };

  // One request at a time, so that the order of typing is the order of storing.
  Queue.prototype.step = function () {
    if (this.busy) { return; }
    var key = this.nextKey();
    if (key === null) { this.report("idle"); return; }
    var queue = this;
    var entry = this.entries.get(key);
    entry.sent = entry.sent || entry.want; // first learn what became of the last sending
    this.keep();
    this.busy = true;
    this.report(this.failures ? this.state : "saving");
    this.post(key, entry).then(function (answer) {
      queue.busy = false;
      queue.understand(key, entry, answer);
    }, function () {
      queue.busy = false;
      queue.retryLater("waiting");
    });
  };

  Queue.prototype.post = function (key, entry) {
    var ids = key.split("-");
    var stop = new AbortController();
    var clock = window.setTimeout(function () { stop.abort(); }, GIVE_UP_WAITING);
    return fetch(this.form.dataset.cellUrl, {
      method: "POST",
      redirect: "manual",
      credentials: "same-origin",
      signal: stop.signal,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token(this.form) },
      body: JSON.stringify({
        scorecard: this.form.dataset.scorecard,
        candidate: ids[0],
        criterion: ids[1],
        version: String(entry.base),
        mark: entry.sent.mark,
        evidence: entry.sent.evidence,
        comment: entry.sent.comment
      })
    }).then(function (response) {
      var isJson = (response.headers.get("Content-Type") || "").indexOf("application/json") === 0;
      var body = isJson ? response.json() : Promise.resolve({});
      return body.then(function (data) { return { status: response.status, type: response.type, data: data }; });
    }).finally(function () { window.clearTimeout(clock); });
  };

  Queue.prototype.understand = function (key, entry, answer) {
    var status = answer.status;
    if (status === 429 || status >= 500) {
      this.retryLater("waiting");
      return;
    }
    if (status !== 200 && !answer.data.error) { // a page instead of an answer: sign in, forbidden, not found
      this.retryLater("signed-out");
      return;
    }
    this.failures = 0;
    var sent = entry.sent;
    entry.sent = null;
    if (status === 200) {
      entry.base = answer.data.version;
      if (same(entry.want, sent)) {
        entry.want = answer.data;
        this.done(key, entry);
        return;
      }
    } else if (status === 409) {
      entry.current = answer.data.current;
      entry.state = "conflict";
      this.onCell(key, "conflict", entry);
    } else if (same(entry.want, sent)) {
      entry.state = "refused";
      entry.message = answer.data.error;
      this.onCell(key, "refused", entry);
    }
    this.keep();
    this.step();
  };

  Queue.prototype.done = function (key, entry) {
    this.entries.delete(key);
    this.keep();
    this.onCell(key, "saved", entry);
    this.step();
  };

  Queue.prototype.retryLater = function (state) {
    var queue = this;
    var pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    this.entries.forEach(function (entry, key) {
      if (entry.state === "saving") { entry.state = "waiting"; queue.onCell(key, "waiting", entry); }
    });
    this.report(state);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(function () { queue.now(); }, pause * (0.8 + Math.random() * 0.4));
  };

  Queue.prototype.report = function (state) {
    this.state = state;
    this.onSummary({ state: state, unsaved: this.unsaved() });
  };

  Queue.prototype.keep = function () {
    try {
      if (this.entries.size) {
        localStorage.setItem(this.name, JSON.stringify(Array.from(this.entries)));
      } else {
        localStorage.removeItem(this.name);
      }
    } catch (error) { /* no storage: the page still holds everything */ }
  };

  // What an earlier visit could not save. `cells` holds what the server has now, by key.
  Queue.prototype.restore = function (cells) {
    var queue = this;
    this.read().forEach(function (pair) {
      var key = pair[0];
      var entry = pair[1];
      var cell = cells.get(key);
      entry.state = "saving";
      if (!cell) { queue.entries.set(key, entry); return; } // of a candidate that is not on this page
      if (entry.sent && same(entry.sent, cell.value)) { entry.base = cell.version; }
      entry.sent = null;
      if (same(entry.want, cell.value)) { return; }
      queue.entries.set(key, entry);
      queue.onCell(key, "saving", entry);
    });
    this.keep();
    if (this.entries.size) { this.now(); }
  };

  Queue.prototype.read = function () {
    var pairs = [];
    try {
      Object.keys(localStorage).forEach(function (name) {
        if (name.indexOf(PREFIX) !== 0) { return; }
        if (name.indexOf(this.group) === 0) {
          pairs = pairs.concat(JSON.parse(localStorage.getItem(name)));
          localStorage.removeItem(name);
        } else if (name.indexOf(PREFIX + this.form.dataset.person + ":") !== 0) {
          localStorage.removeItem(name); // left behind by somebody else at this computer
        }
      }, this);
    } catch (error) { /* no storage, or not ours */ }
    return pairs;
  };

  // Signing out leaves nothing on a shared computer.
  Queue.forgetAll = function () {
    try {
      Object.keys(localStorage).forEach(function (name) {
        if (name.indexOf(PREFIX) === 0) { localStorage.removeItem(name); }
      });
    } catch (error) { /* no storage */ }
  };

  window.PortalScoringQueue = Queue;
})();
